import type { FollowOptions, Message, MessageBus } from '@countersign/message-bus';
import { createProgress, type Progress } from '@countersign/processing';

/** State that a process keeps for itself, folded from all messages of some topics since the beginning. */
export interface Following extends Progress {
  /** Resolves when everything that there was at the start is folded. */
  readonly caughtUp: Promise<void>;
  readonly ended: Promise<Error | null>;
  close(): Promise<void>;
}

/** Folds messages (of some types only, if they are given) into small in-memory state (directory, kill switches, policies); `fold` never throws. */
export function followInto(
  bus: MessageBus,
  topics: readonly string[],
  fold: (message: Message) => void,
  only: Pick<FollowOptions, 'types' | 'eachPosition'> = {},
): Following {
  const progress = createProgress(0, (position) => subscription.hasten?.(position));
  const subscription = bus.follow({ topics, ...only, after: 0 }, (messages, position) => {
    for (const message of messages) fold(message);
    progress.advance(position);
  });
  return {
    position: progress.position,
    reached: progress.reached,
    caughtUp: subscription.caughtUp,
    ended: subscription.ended,
    close: () => subscription.close(),
  };
}
