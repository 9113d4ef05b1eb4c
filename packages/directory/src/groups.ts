import { isSame, type Party } from '@countersign/access';
import type { GroupRegistered } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';

/** A group as it stands. */
export interface GroupEntry {
  readonly id: string;
  readonly members: readonly Party[];
  readonly message: Message;
  readonly createdAt: string;
}

/** Groups and who is in them, folded from control events. */
export interface Groups {
  group(organization: string, id: string): GroupEntry | undefined;
  /** Sorted by id. */
  groups(organization: string): GroupEntry[];
  /** Ids of the groups that somebody is in, sorted; empty for who is in none. */
  groupsOf(organization: string, party: Party): readonly string[];
}

const NONE: readonly string[] = [];

/** What groups are folded from. */
export const GROUP_TYPES = ['group.registered', 'group.changed', 'group.removed', 'user.removed'] as const;

/** Empty; a removed user leaves every group. */
export function createGroups(): Groups & { fold(message: Message): void } {
  const byOrganization = new Map<string, Map<string, GroupEntry>>();
  /** What `groupsOf` answers: asked for every decision, changed when a group is. */
  const memberships = new Map<string, readonly string[]>();
  const keyOf = (organization: string, { kind, id }: Party) => `${organization}:${kind}:${id}`;

  const set = (organization: string, id: string, entry: GroupEntry | null): void => {
    const groups = byOrganization.get(organization) ?? new Map<string, GroupEntry>();
    byOrganization.set(organization, groups);
    for (const member of groups.get(id)?.members ?? []) {
      const key = keyOf(organization, member);
      const left = (memberships.get(key) ?? NONE).filter((one) => one !== id);
      if (left.length > 0) memberships.set(key, left);
      else memberships.delete(key);
    }
    if (entry) groups.set(id, entry);
    else groups.delete(id);
    for (const member of entry?.members ?? []) {
      const key = keyOf(organization, member);
      const present = memberships.get(key) ?? NONE;
      if (!present.includes(id)) memberships.set(key, [...present, id].sort());
    }
  };

  const leave = (organization: string, id: string, party: Party): void => {
    const entry = byOrganization.get(organization)?.get(id);
    const members = entry?.members.filter((member) => !isSame(member, party));
    if (entry && members) set(organization, id, { ...entry, members });
  };

  return {
    group: (organization, id) => byOrganization.get(organization)?.get(id),
    groups: (organization) =>
      [...(byOrganization.get(organization)?.values() ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1)),
    groupsOf: (organization, party) => memberships.get(keyOf(organization, party)) ?? NONE,
    fold(message) {
      const { organization } = message;
      switch (message.type) {
        case 'group.registered':
        case 'group.changed': {
          const { group_id: id, members } = message.data as unknown as GroupRegistered;
          const known = byOrganization.get(organization)?.get(id);
          set(organization, id, { id, members, message, createdAt: known?.createdAt ?? message.time });
          return;
        }
        case 'group.removed':
          set(organization, String(message.data.group_id), null);
          return;
        case 'user.removed': {
          const user = { kind: 'user', id: String(message.data.user_id) } as const;
          for (const id of memberships.get(keyOf(organization, user)) ?? NONE) leave(organization, id, user);
        }
      }
    },
  };
}
