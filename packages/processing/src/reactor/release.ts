import type { ParkedEvent, Position } from '@countersign/event-store';
import type { MessageBus } from '@countersign/message-bus';
import { type AttemptOptions, attempt, untilAborted } from './attempts.ts';
import type { ParkedSubjects } from './parked-subjects.ts';

/** How many of a subject's parked messages were handled now, and how many are still parked. */
export interface Released {
  readonly released: number;
  readonly remaining: number;
}

/**
 * Handles a subject's parked messages in order, and stops at the first that fails again. It looks for more until there is
 * none: where another process gets the subject's messages, they are parked behind while this goes on.
 */
export async function releaseSubject(
  subject: string,
  options: {
    readonly bus: Pick<MessageBus, 'fetch'>;
    readonly parked: ParkedSubjects;
    readonly attempts: AttemptOptions;
    /** State of this process that must have seen the message first. */
    readonly behind: ((position: Position) => Promise<unknown> | undefined) | undefined;
  },
): Promise<Released> {
  const { bus, parked, attempts, behind } = options;
  const done = new Set<Position>();

  const release = async (event: ParkedEvent): Promise<boolean> => {
    const message = await bus.fetch(event.position);
    if (!message) {
      await parked.failedAgain(event, 'the event can not be read any more', 0);
      return false;
    }
    const seeing = behind?.(event.position);
    if (seeing) await untilAborted(seeing, attempts.signal);
    const attempted = await attempt(message, attempts);
    if (attempted.kind === 'failed') await parked.failedAgain(event, attempted.error, attempted.attempts);
    if (attempted.kind !== 'done') return false;
    parked.release(event);
    done.add(event.position);
    return true;
  };

  for (;;) {
    const waiting = (await parked.list(subject)).filter(({ position }) => !done.has(position));
    if (waiting.length === 0) return { released: done.size, remaining: 0 };
    for (const [index, event] of waiting.entries())
      if (!(await release(event))) return { released: done.size, remaining: waiting.length - index };
  }
}
