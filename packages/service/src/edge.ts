import type { Disclosure, Personal } from '@countersign/event-sourcing';
import type { CommandMetadata } from '@countersign/event-store';
import { type Clock, type Ids, timeOf } from './dependencies.ts';

/** Metadata of a command that came in from outside: new ids, the edge's time. */
export function edgeMetadata(
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
  command: {
    readonly organization: string;
    readonly correlation?: string;
    readonly causation?: string;
    readonly traceparent?: string;
    /** Default: now. */
    readonly time?: string;
  },
): CommandMetadata {
  const minted: string[] = [];
  return {
    ...command,
    time: command.time ?? timeOf(clock),
    eventId(index) {
      while (minted.length <= index) minted.push(ids.next());
      return minted[index] as string;
    },
  };
}

/** The retention class of everything that no plan lets go of; the class is part of the data key's name. */
export const DEFAULT_RETENTION = 'standard';

/** The retention class of what calls say: plans keep it for a time (`traces_ingested.retention`). */
export const TRACE_RETENTION = 'traces';

/** The erasable fields of an event about a call; see `personal`. */
export function personalOfCall(subject: string, ...disclosures: readonly (Disclosure | null)[]): Personal {
  return { ...personal(subject, ...disclosures), retention: TRACE_RETENTION };
}

/**
 * The erasable fields of one event: whose they are, and the fields. One that was not given is left out: an event without
 * any is not sealed at all.
 */
export function personal(subject: string, ...disclosures: readonly (Disclosure | null)[]): Personal {
  return { subject, retention: DEFAULT_RETENTION, disclosures: disclosures.filter((one) => one !== null) };
}
