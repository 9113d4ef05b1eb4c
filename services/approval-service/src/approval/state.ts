import type { ApprovalEvent, ApprovalRequested } from './events.ts';

/** What is asked, and who has said yes to it. */
export interface Question {
  readonly asked: ApprovalRequested['data'];
  /** Time of the request, RFC 3339. */
  readonly askedAt: string;
  /** Users who approved so far. */
  readonly approvedBy: readonly string[];
}

/** An approval as far as its stream decides. */
export type Approval =
  | { readonly status: 'none' }
  | ({ readonly status: 'waiting' | 'granted' | 'denied' | 'expired' | 'void' } & Question);

/** Before the first event of an approval. */
export const initialState: Approval = { status: 'none' };

/** An approval after one event more; unknown ones change nothing. */
export function evolve(state: Approval, event: ApprovalEvent): Approval {
  if (event.type === 'approval-requested.v1') {
    // Asked when it expires less its time-out: the fold needs nothing but the event's data.
    const askedAt = new Date(Date.parse(event.data.expires_at) - event.data.timeout_ms).toISOString();
    return { status: 'waiting', asked: event.data, askedAt, approvedBy: [] };
  }
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'approval-voted.v1':
      return event.data.decision === 'approve'
        ? { ...state, approvedBy: [...state.approvedBy, event.data.by.id] }
        : state;
    case 'approval-granted.v1':
      return { ...state, status: 'granted' };
    case 'approval-denied.v1':
      return { ...state, status: 'denied' };
    case 'approval-expired.v1':
      return { ...state, status: 'expired' };
    case 'approval-voided.v1':
      return { ...state, status: 'void' };
    default:
      return state;
  }
}
