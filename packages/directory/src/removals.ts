import { type AclEntry, type AclPrincipal, principalKey } from '@countersign/access';
import type { Message } from '@countersign/message-bus';

/** What each event of a removal removes, and where it says which one. */
const REMOVALS: { readonly [type: string]: readonly [kind: AclPrincipal['kind'], member: string] } = {
  'user.removed': ['user', 'user_id'],
  'group.removed': ['group', 'group_id'],
};

/** The events by which somebody whom a list may name is no more. */
export const REMOVAL_TYPES: readonly string[] = Object.keys(REMOVALS);

/** Whom an event removes; `null` for every other event. */
export function removedBy({ type, data }: Message): AclPrincipal | null {
  const [kind, member] = (Object.hasOwn(REMOVALS, type) && REMOVALS[type]) || [];
  return kind && member ? { kind, id: String(data[member]) } : null;
}

/** The last removal of everybody who was ever removed: who has the id afterwards is somebody else. */
export interface Removals {
  /** Grows with each removal that is learnt of. */
  readonly count: () => number;
  of(organization: string, principal: AclPrincipal): Message | undefined;
  /** Folds one event; repeated ones and those that remove nobody change nothing. */
  apply(message: Message): void;
}

/** Nobody was removed yet. */
export function createRemovals(): Removals {
  const last = new Map<string, Message>();
  const keyOf = (organization: string, principal: AclPrincipal) =>
    `${organization}:${principalKey(principal)}`;
  let count = 0;
  return {
    count: () => count,
    of: (organization, principal) => last.get(keyOf(organization, principal)),
    apply(message) {
      const removed = removedBy(message);
      if (!removed) return;
      const key = keyOf(message.organization, removed);
      if ((last.get(key)?.position ?? 0) >= message.position) return;
      last.set(key, message);
      count += 1;
    },
  };
}

/**
 * Whether an entry that came with an event at `position` is older than a removal. What is put into a list late, because it
 * was approved or copied before, is as old as its grant.
 */
export function isBefore({ grantedAt }: AclEntry, position: number, removal: Message): boolean {
  return position < removal.position || Date.parse(grantedAt) < Date.parse(removal.time);
}
