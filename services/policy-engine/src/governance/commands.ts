import type { Personal } from '@countersign/event-sourcing';
import type { Actor } from '../policy/events.ts';
import type { CostRecorded, GovernancePolicy } from './events.ts';
import type { Persons, Writer } from './judge.ts';

/** Puts another policy in the place of that of `version`, or none. */
export interface SetGovernance {
  readonly kind: 'set-governance';
  readonly intentId: string;
  readonly version: number;
  readonly policy: GovernancePolicy | null;
  /** Holders of leases who are assigned. Who is not named is not: a lease may have been taken since they were looked up. */
  readonly assigned: readonly Actor[];
  readonly by: Actor;
}

interface RequestApproval {
  readonly kind: 'request-approval';
  readonly intentId: string;
  readonly approvalId: string;
  readonly action: string;
  readonly by: Actor;
  readonly personal: Personal;
}

/** By somebody who administers the work intent. */
interface DecideApproval {
  readonly kind: 'decide-approval';
  readonly intentId: string;
  readonly approvalId: string;
  readonly decision: 'granted' | 'denied';
  readonly persons: Persons;
  readonly by: Actor;
}

interface RecordCost extends Writer {
  readonly kind: 'record-cost';
  readonly intentId: string;
  readonly cost: Omit<CostRecorded['data'], 'intent_id' | 'by'>;
  readonly personal: Personal;
}

/** Everything that can be asked of the governance of a work intent. */
export type GovernanceCommand = SetGovernance | RequestApproval | DecideApproval | RecordCost;
