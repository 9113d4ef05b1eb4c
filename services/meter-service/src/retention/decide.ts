import { type Decider, type Personal, type Rejection, reject } from '@countersign/event-sourcing';
import type { Actor } from '../plan/events.ts';
import type { Hold, RetentionDomain, RetentionEvent } from './events.ts';

/** Lets go of what is older than a time. */
interface Flush {
  readonly kind: 'flush';
  readonly domain: RetentionDomain;
  readonly before: string;
  readonly minutes: number;
  readonly plan: string;
  readonly by: Actor;
}

interface PlaceHold {
  readonly kind: 'hold';
  readonly hold: Hold;
  readonly personal: Personal;
}

interface LiftHold {
  readonly kind: 'lift';
  readonly id: string;
  readonly by: Actor;
}

/** Everything that can be asked of an organization's retention. */
export type RetentionCommand = Flush | PlaceHold | LiftHold;
/** `held`: a legal hold keeps what was to be flushed. */
export type RetentionRejection = 'held' | 'already_exists' | 'not_found';

/** Up to when everything is let go of, and whom holds keep. */
export interface Retention {
  readonly before: { readonly [domain in RetentionDomain]?: string };
  readonly holds: { readonly [id: string]: string | null };
}

/** Horizons only go forward, and stop at legal holds. */
export const retention: Decider<Retention, RetentionCommand, RetentionEvent, RetentionRejection> = {
  initial: { before: {}, holds: {} },
  evolve(state, event) {
    switch (event.type) {
      case 'retention-flushed.v1':
        return { ...state, before: { ...state.before, [event.data.domain]: event.data.before } };
      case 'retention-held.v1':
        return { ...state, holds: { ...state.holds, [event.data.hold_id]: event.data.subject } };
      case 'retention-lifted.v1': {
        const { [event.data.hold_id]: _lifted, ...holds } = state.holds;
        return { ...state, holds };
      }
      default:
        return state;
    }
  },
  decide(command, state) {
    switch (command.kind) {
      case 'flush':
        return flush(command, state);
      case 'hold':
        return hold(command, state);
      case 'lift': {
        const subject = heldBy(state, command.id);
        if (subject === undefined) return reject('not_found', 'there is no such hold');
        return [{ type: 'retention-lifted.v1', data: { hold_id: command.id, subject, by: command.by } }];
      }
    }
  },
};

/** An event may tell of several people, so a hold on one of them keeps all events. Time never runs back. */
function flush(
  { kind: _, ...data }: Flush,
  { before, holds }: Retention,
): readonly RetentionEvent[] | Rejection<RetentionRejection> {
  const held = Object.values(holds);
  if (held.includes(null) || (data.domain === 'events' && held.length > 0)) {
    return reject('held', 'a legal hold keeps it');
  }
  if (data.before <= (before[data.domain] ?? '')) return [];
  const except = [...new Set(held.filter((subject) => subject !== null))].sort();
  return [{ type: 'retention-flushed.v1', data: { ...data, except } }];
}

function hold(
  { hold: placed, personal }: PlaceHold,
  state: Retention,
): readonly RetentionEvent[] | Rejection<RetentionRejection> {
  const known = heldBy(state, placed.hold_id);
  if (known === undefined) return [{ type: 'retention-held.v1', data: placed, personal }];
  return known === placed.subject ? [] : reject('already_exists', 'the hold is one on something else');
}

/** Whom a hold keeps; undefined where there is no such hold. An id may be the name of what every object inherits. */
function heldBy({ holds }: Retention, id: string): string | null | undefined {
  return Object.hasOwn(holds, id) ? holds[id] : undefined;
}
