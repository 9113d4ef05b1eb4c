import type { MessageBus } from '@countersign/message-bus';
import { type AttemptOptions, attempt } from './attempts.ts';
import type { ParkedSubjects } from './parked-subjects.ts';

/** How many of a subject's parked messages were handled now, and how many are still parked. */
export interface Released {
  readonly released: number;
  readonly remaining: number;
}

/** Handles a subject's parked messages in order, and stops at the first that fails again. */
export async function releaseSubject(
  subject: string,
  options: {
    readonly bus: Pick<MessageBus, 'fetch'>;
    readonly parked: ParkedSubjects;
    readonly attempts: AttemptOptions;
  },
): Promise<Released> {
  const { bus, parked, attempts } = options;
  const waiting = await parked.list(subject);
  let released = 0;
  for (const event of waiting) {
    const message = await bus.fetch(event.position);
    if (!message) {
      parked.failedAgain(event, 'the event can not be read any more', 0);
      break;
    }
    const attempted = await attempt(message, attempts);
    if (attempted.kind === 'failed') parked.failedAgain(event, attempted.error, attempted.attempts);
    if (attempted.kind !== 'done') break;
    parked.release(event);
    released += 1;
  }
  return { released, remaining: waiting.length - released };
}
