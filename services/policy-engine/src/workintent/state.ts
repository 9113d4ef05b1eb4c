import { evolveGovernance, evolveWork, type Governance, UNGOVERNED } from '../governance/state.ts';
import { evolveLeases, type Leases } from '../lease/state.ts';
import type { Status, WorkIntentEvent } from './events.ts';

/** What counts for the next change of a work intent; no status while there is none. */
export interface WorkIntent {
  readonly version: number;
  readonly status: Status | null;
  readonly governance: Governance;
  readonly leases: Leases;
}

/** Before the first event of a work intent. */
export const initialState: WorkIntent = { version: 0, status: null, governance: UNGOVERNED, leases: {} };

/** A work intent after one event more; unknown ones change nothing. */
export function evolve(state: WorkIntent, event: WorkIntentEvent): WorkIntent {
  switch (event.type) {
    case 'work-intent-created.v1': {
      const policy = event.data.governance_policy ?? null;
      return { ...initialState, version: 1, status: 'draft', governance: { ...UNGOVERNED, policy } };
    }
    case 'work-intent-state-changed.v1': {
      const { version } = event.data;
      return { ...state, version, governance: evolveWork(state.governance, version) };
    }
    case 'work-intent-status-changed.v1': {
      const { version, to: status } = event.data;
      const { governance } = state;
      const after = status === 'completed' ? evolveWork(governance, version) : governance;
      return { ...state, version, status, governance: after };
    }
    case 'work-intent-governance-set.v1':
      return { ...state, version: event.data.version, governance: evolveGovernance(state.governance, event) };
    case 'work-intent-governance-violated.v1':
    case 'work-intent-approval-requested.v1':
    case 'work-intent-approval-granted.v1':
    case 'work-intent-approval-denied.v1':
    case 'work-intent-cost-recorded.v1':
      return { ...state, governance: evolveGovernance(state.governance, event) };
    case 'work-intent-lease-acquired.v1':
    case 'work-intent-lease-renewed.v1':
    case 'work-intent-lease-ended.v1':
      return { ...state, leases: evolveLeases(state.leases, event) };
    default:
      return state;
  }
}
