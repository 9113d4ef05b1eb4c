import { type AclState, type Gone, NOTHING_GONE, principalKey, withoutGone } from '@countersign/access';
import type { Message } from '@countersign/message-bus';
import { isBefore, type Removals } from './removals.ts';

/** What the events of a list tell. */
export interface RecordedList {
  readonly recorded: AclState;
  readonly last: Message;
  /** Position of the list's first event. */
  readonly begunAt: number;
  /** The event that each entry came with. */
  readonly origins: ReadonlyMap<string, Pick<Message, 'sequence' | 'position'>>;
}

/** With what the removals that were known at `judgedAt` leave of it. */
export interface KnownList extends RecordedList {
  readonly acl: AclState;
  readonly gone: Gone;
  /** What took something out of it, by whom it removed; also what has been replaced since. */
  readonly removals: ReadonlyMap<string, Message>;
  readonly judgedAt: number;
}

/** What removals leave of a list; `before` are those that took something out of it already. */
export function judge(list: RecordedList, before: KnownList['removals'], removals: Removals): KnownList {
  const { recorded, last, begunAt, origins } = list;
  const removalOf = (principal: AclState['creator']) => removals.of(last.organization, principal);
  let taking: Map<string, Message> | null = null;
  const takes = (principal: AclState['creator'], removal: Message) => {
    taking ??= new Map(before);
    taking.set(principalKey(principal), removal);
  };
  const entries = new Set<string>();
  for (const entry of recorded.entries) {
    const removal = removalOf(entry.principal);
    if (!removal || !isBefore(entry, origins.get(entry.id)?.position ?? 0, removal)) continue;
    entries.add(entry.id);
    takes(entry.principal, removal);
  }
  const left = removalOf(recorded.creator);
  const creator = left !== undefined && begunAt < left.position;
  if (creator) takes(recorded.creator, left);
  const gone = entries.size > 0 || creator ? { entries, creator } : NOTHING_GONE;
  const acl = withoutGone(recorded, gone);
  return { ...list, acl, gone, removals: taking ?? before, judgedAt: removals.count() };
}
