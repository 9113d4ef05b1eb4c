import type { Message } from '@countersign/message-bus';
import { FALL_TYPES } from './fall-by-event.ts';
import { reachOf } from './reach.ts';

/** Where the last event stands that can have felled an organization's calls: what is asked of every call, and costs nothing. */
export interface LastFalls {
  /** 0 if there was none. */
  of(organization: string): number;
  /** Notes one event, in whatever order they come; foreign types change nothing. */
  apply(message: Message): void;
}

const TYPES: ReadonlySet<string> = new Set(FALL_TYPES);

/** Of nothing yet; give it every event of `FALL_TYPES`. */
export function createLastFalls(): LastFalls {
  const positions = new Map<string, number>();
  /** Of what reaches several: such events are rare, and whom they reach may change. */
  let ofAll = 0;
  return {
    of: (organization) => Math.max(ofAll, positions.get(organization) ?? 0),
    apply(message) {
      if (!TYPES.has(message.type)) return;
      const reach = reachOf(message);
      if (typeof reach !== 'string') ofAll = Math.max(ofAll, message.position);
      else positions.set(reach, Math.max(message.position, positions.get(reach) ?? 0));
    },
  };
}
