import type { CommandHandler } from '@countersign/event-store';
import type { ServiceDependencies } from '@countersign/service';
import type { Gate } from '../access/gate.ts';
import type { GovernanceRights } from '../governance/rights.ts';
import type { LeaseBoard } from '../lease/board.ts';
import type { OpenMessage } from '../openintent/open-message.ts';
import type { BeginList } from './begin-list.ts';
import type { WorkIntentCommand, WorkIntentRejection } from './decide.ts';
import type { WorkIntent } from './state.ts';
import type { WorkIntentRow } from './view.ts';

/** What making, changing and reading work intents needs. */
export interface WorkIntentRouteDependencies {
  readonly service: ServiceDependencies;
  readonly workIntents: CommandHandler<WorkIntent, WorkIntentCommand, WorkIntentRejection>;
  readonly gate: Gate;
  readonly governanceRights: GovernanceRights;
  readonly leases: Pick<LeaseBoard, 'of'>;
  readonly open: OpenMessage;
  readonly beginList: BeginList;
  readonly findIntent: (organization: string, id: string) => Promise<WorkIntentRow | undefined>;
  readonly caughtUp: (position?: number) => Promise<unknown>;
}
