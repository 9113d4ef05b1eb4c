import type { Message } from '@countersign/message-bus';
import type { AnyProjection } from './projection.ts';
import type { ViewStore } from './view-store.ts';

/** Applies messages in order; a promise only if rows had to be loaded first. */
export type ApplyMessages = (messages: readonly Message[]) => void | Promise<void>;

/** One pass over the messages for all projections: each loads the rows it is about to change, then changes them. */
export function createApplyMessages(
  projections: readonly AnyProjection[],
  views: Pick<ViewStore, 'get'>,
): ApplyMessages {
  const topics = new Set(projections.flatMap((projection) => projection.topics));
  const byTopic = new Map(
    Array.from(topics, (topic) => [
      topic,
      projections.filter((projection) => projection.topics.includes(topic)),
    ]),
  );
  const NONE: readonly AnyProjection[] = [];
  const concerned = ({ topic }: Message) => (topic === null ? NONE : (byTopic.get(topic) ?? NONE));

  const isMissing = (projection: AnyProjection, message: Message): boolean => {
    for (const key of projection.needs(message)) if (projection.table.peek(key) === undefined) return true;
    return false;
  };
  /** Applies until a message needs a row that is not here; its index, or the number of messages. */
  const applyFrom = (messages: readonly Message[], start: number): number => {
    for (let index = start; index < messages.length; index += 1) {
      const message = messages[index] as Message;
      const wanting = concerned(message);
      for (const projection of wanting) if (isMissing(projection, message)) return index;
      for (const projection of wanting) projection.apply(message);
    }
    return messages.length;
  };
  const load = async (messages: readonly Message[]): Promise<void> => {
    const missing = new Map<AnyProjection, Set<string>>();
    for (const message of messages) {
      for (const projection of concerned(message)) {
        const keys = missing.get(projection) ?? new Set();
        for (const key of projection.needs(message)) {
          if (projection.table.peek(key) === undefined) keys.add(key);
        }
        missing.set(projection, keys);
      }
    }
    const loading = Array.from(missing, async ([{ table, view }, keys]) => {
      if (keys.size === 0) return;
      const rows = await views.get(view.name, [...keys]);
      for (const key of keys) table.loaded(key, rows.get(key) ?? null);
    });
    await Promise.all(loading);
  };
  const applyLoading = async (messages: readonly Message[], start: number): Promise<void> => {
    for (const { table } of projections) table.hold();
    try {
      for (let next = start; next < messages.length; next = applyFrom(messages, next)) {
        await load(messages.slice(next));
      }
    } finally {
      for (const { table } of projections) table.release();
    }
  };

  return (messages) => {
    const next = applyFrom(messages, 0);
    return next === messages.length ? undefined : applyLoading(messages, next);
  };
}
