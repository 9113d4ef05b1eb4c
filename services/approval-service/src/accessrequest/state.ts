import type {
  AccessRequestApproved,
  AccessRequestDenied,
  AccessRequestEvent,
  AccessRequestOpened,
} from './events.ts';

/** What was asked, and when. */
export interface Asking {
  readonly asked: AccessRequestOpened['data'];
  /** RFC 3339 UTC. */
  readonly askedAt: string;
}

/** A request as far as its stream decides. */
export type AccessRequest =
  | { readonly status: 'none' }
  | ({ readonly status: 'pending' | 'expired' } & Asking)
  | ({ readonly status: 'approved'; readonly decision: AccessRequestApproved['data'] } & Asking)
  | ({ readonly status: 'denied'; readonly decision: AccessRequestDenied['data'] } & Asking);

/** Before the first event of a request for access. */
export const initialState: AccessRequest = { status: 'none' };

/** A request for access after one event more; unknown ones change nothing. */
export function evolve(state: AccessRequest, event: AccessRequestEvent): AccessRequest {
  if (event.type === 'access-request-opened.v1') {
    // Asked when it ends less its time: the fold needs nothing but the event's data.
    const askedAt = new Date(Date.parse(event.data.expires_at) - event.data.timeout_ms).toISOString();
    return { status: 'pending', asked: event.data, askedAt };
  }
  if (state.status === 'none') return state;
  const { asked, askedAt } = state;
  switch (event.type) {
    case 'access-request-approved.v1':
      return { status: 'approved', asked, askedAt, decision: event.data };
    case 'access-request-denied.v1':
      return { status: 'denied', asked, askedAt, decision: event.data };
    case 'access-request-expired.v1':
      return { status: 'expired', asked, askedAt };
    default:
      return state;
  }
}
