import { type Decider, reject } from '@countersign/event-sourcing';
import type { AccessHandlerEvent, AccessHandlerRegistered, AccessHandlerRemoved } from './events.ts';

/** Everything that can be asked of a handler of requests for access. */
export type AccessHandlerCommand =
  | { readonly kind: 'register'; readonly data: AccessHandlerRegistered['data'] }
  | { readonly kind: 'remove'; readonly data: AccessHandlerRemoved['data'] };

/** A handler that is registered, else null. */
export type AccessHandler = { readonly url: string; readonly timeoutMs: number } | null;

/** Registered, changed, removed and registered anew. */
export const accessHandler: Decider<AccessHandler, AccessHandlerCommand, AccessHandlerEvent, 'not_found'> = {
  initial: null,
  evolve(state, event) {
    switch (event.type) {
      case 'access-handler-registered.v1':
        return { url: event.data.url, timeoutMs: event.data.timeout_ms };
      case 'access-handler-removed.v1':
        return null;
      default:
        return state;
    }
  },
  decide(command, state) {
    if (command.kind === 'remove')
      return state
        ? [{ type: 'access-handler-removed.v1', data: command.data }]
        : reject('not_found', 'there is no such handler');
    const { url, timeout_ms } = command.data;
    if (state?.url === url && state.timeoutMs === timeout_ms) return [];
    return [{ type: 'access-handler-registered.v1', data: command.data }];
  },
};
