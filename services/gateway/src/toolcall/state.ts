import type { ToolAuthorized, ToolCallEvent, ToolRequested } from './events.ts';

/** What the call asked for; set from the request on. */
export type Request = ToolRequested['data'];

/** The permit as authorized. */
export type Permit = ToolAuthorized['data'];

/**
 * One tool call. `requested` covers evaluation and approval, which are other services' streams. An outcome may follow
 * every end (late or unauthorized ones are kept), so it stands beside the status.
 */
export type ToolCall =
  | { readonly status: 'none' }
  | { readonly status: 'requested'; readonly request: Request }
  | { readonly status: 'authorized'; readonly request: Request; readonly permit: Permit }
  | {
      readonly status: 'redeemed' | 'abandoned';
      readonly request: Request;
      readonly permit: Permit;
      readonly redeemedAt: string;
    }
  | { readonly status: 'succeeded' | 'failed'; readonly request: Request; readonly permit: Permit }
  | {
      readonly status: 'blocked' | 'lapsed';
      readonly request: Request;
      /** `null` if it was blocked before a permit was issued. */
      readonly permit: Permit | null;
      readonly outcomeKept: boolean;
    };

/** Before the first event of a tool call. */
export const initialState: ToolCall = { status: 'none' };

/** A tool call after one event more; unknown ones change nothing. */
export function evolve(state: ToolCall, event: ToolCallEvent): ToolCall {
  if (event.type === 'tool-requested.v2') return { status: 'requested', request: event.data };
  if (state.status === 'none') return state;
  const permit = 'permit' in state ? state.permit : null;
  switch (event.type) {
    case 'tool-authorized.v1':
      return { status: 'authorized', request: state.request, permit: event.data };
    case 'permit-redeemed.v1':
      return permit
        ? { status: 'redeemed', request: state.request, permit, redeemedAt: event.data.redeemed_at }
        : state;
    case 'tool-abandoned.v1':
      return state.status === 'redeemed' ? { ...state, status: 'abandoned' } : state;
    case 'tool-called.v1':
      if (state.status === 'blocked' || state.status === 'lapsed') return { ...state, outcomeKept: true };
      return permit
        ? { status: event.data.success ? 'succeeded' : 'failed', request: state.request, permit }
        : state;
    case 'tool-lapsed.v1':
      return { status: 'lapsed', request: state.request, permit, outcomeKept: false };
    case 'safety-blocked.v1':
      return { status: 'blocked', request: state.request, permit, outcomeKept: false };
    default:
      return state;
  }
}
