import type { Http } from '../http/http.ts';
import { pause } from '../http/pause.ts';
import { pauseBefore } from '../http/retry-policy.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import { CountersignError, localProblem } from '../problem.ts';
import { followOnce, OPENED, type Progress } from './connection.ts';
import type { EventQuery } from './event-query.ts';
import { isAfter } from './position.ts';

/** See `EventRoutes.stream`. */
export async function* streamEvents(
  http: Http,
  query: EventQuery,
  signal: AbortSignal | undefined,
): AsyncGenerator<CloudEvent, void, undefined> {
  for await (const event of followEvents(http, query, signal)) if (event !== BEGUN) yield event;
}

/** A connection has opened that goes on after nothing known: what was before it is in no event that follows. */
export const BEGUN = Symbol('begun');

/** The same, with `BEGUN` where the events begin. */
export async function* followEvents(
  http: Http,
  query: EventQuery,
  signal: AbortSignal | undefined,
): AsyncGenerator<CloudEvent | typeof BEGUN, void, undefined> {
  const progress: Progress = { resumeAfter: query.after, failures: 0, retryMs: 0 };
  let delivered = query.after;
  while (signal?.aborted !== true) {
    for await (const data of followOnce(http, query, progress, signal)) {
      if (data === OPENED) {
        if (progress.resumeAfter === undefined) yield BEGUN;
        continue;
      }
      const event = readEvent(data);
      // A server that repeats itself after a reconnection must not make the reader count twice.
      if (delivered !== undefined && !isAfter(event.position, delivered)) continue;
      delivered = event.position;
      yield event;
      if (signal?.aborted) return;
    }
    progress.failures += 1;
    await pause(pauseBefore(http.retry, progress.failures, progress.retryMs, Math.random()), signal);
  }
}

function readEvent(data: string): CloudEvent {
  let event: Partial<CloudEvent> | null;
  try {
    event = JSON.parse(data) as Partial<CloudEvent> | null;
  } catch {
    event = null;
  }
  if (typeof event?.position === 'string') return event as CloudEvent;
  throw new CountersignError(localProblem('unexpected_answer', 'the stream has a message that is no event'));
}
