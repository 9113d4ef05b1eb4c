import type { AclResource, AclState } from '@countersign/access';
import type { Message } from '@countersign/message-bus';
import type { AclBoard } from './acl-board.ts';
import type { CallOnIntent } from './intent-standing.ts';
import { removedBy } from './removals.ts';

/**
 * Whether an event may change what the lists that answer for a work intent give: it changed one of them, or a group that one
 * names, or it took somebody out of one. As far as no later event concerns them: whom one names is asked of it as it is now.
 */
export function concernsLists(
  lists: Pick<AclBoard, 'get' | 'last'>,
  message: Message,
  { organization, intent_id }: Pick<CallOnIntent, 'organization' | 'intent_id'>,
): boolean {
  if (message.organization !== organization) return false;
  const { type, subject, data } = message;
  const some = (isConcerned: (list: AclResource) => boolean) =>
    listsOf(lists, organization, intent_id).some(isConcerned);
  if (removedBy(message))
    return some((list) => lists.last(organization, list).some((last) => last.subject === subject));
  if (type === 'group.changed') {
    const group = String(data.group_id);
    return some((list) => namesGroup(lists.get(organization, list), group));
  }
  if (!type.startsWith('acl.')) return false;
  const changed = data.resource as unknown as AclResource;
  return some(({ kind, id }) => changed.kind === kind && changed.id === id);
}

/** What answers for a work intent: its own list, and its namespace's. */
function listsOf(
  lists: Pick<AclBoard, 'get'>,
  organization: string,
  intentId: string | null,
): readonly AclResource[] {
  const acl = intentId === null ? undefined : lists.get(organization, { kind: 'intent', id: intentId });
  if (!acl) return [];
  return acl.namespace === null ? [acl.resource] : [acl.resource, { kind: 'namespace', id: acl.namespace }];
}

function namesGroup(acl: AclState | undefined, group: string): boolean {
  return acl?.entries.some(({ principal: { kind, id } }) => kind === 'group' && id === group) ?? false;
}
