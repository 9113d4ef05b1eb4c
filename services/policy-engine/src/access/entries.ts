import { type AclEntry, type AclResource, type AclState, type Delegable, isLive } from '@countersign/access';
import type { AccessEntry, AccessList, JsonValue } from '@countersign/contracts';
import type { AclBoard } from '@countersign/directory';
import { openIntentTime } from '@countersign/service';
import type { OpenMessage } from '../openintent/open-message.ts';

/** An entry in OpenIntent's shape; `reason` is as it was opened. */
export function entryShown(resource: AclResource, entry: AclEntry, reason: JsonValue | null): AccessEntry {
  const { id, principal, level, delegable, parent, grantedBy, grantedAt, expiresAt } = entry;
  return {
    id,
    ...placeOf(resource),
    principal_id: principal.id,
    principal_type: principal.kind,
    permission: level,
    granted_by: grantedBy.id,
    granted_at: openIntentTime(grantedAt),
    expires_at: expiresAt === null ? null : openIntentTime(expiresAt),
    reason: reason as AccessEntry['reason'],
    delegate: delegable && delegateShown(delegable),
    delegated_from: parent,
  };
}

function delegateShown({ maxDepth, to, level }: Delegable): AccessEntry['delegate'] {
  return {
    max_depth: maxDepth,
    ...(to === undefined ? {} : { to }),
    ...(level === undefined ? {} : { permission: level }),
  };
}

function placeOf({ kind, id }: AclResource) {
  return kind === 'intent' ? { intent_id: id } : { namespace: id };
}

/**
 * A list in OpenIntent's shape, with the entries of it that are shown. Where the list leaves it open who else may do
 * something it shows as closed: nothing is granted by it.
 */
export async function listShown(
  deps: { readonly board: Pick<AclBoard, 'grantedIn'>; readonly open: OpenMessage },
  organization: string,
  acl: AclState,
  entries: readonly AclEntry[],
  atMs: number,
): Promise<AccessList> {
  const { resource, defaultPolicy, defaultLevel } = acl;
  const live = entries.filter((entry) => isLive(entry, atMs));
  const shown = live.map(async (entry) => entryShown(resource, entry, await reasonOf(entry)));
  return {
    ...placeOf(resource),
    default_policy: defaultPolicy ?? 'closed',
    default_permission: defaultLevel,
    entries: await Promise.all(shown),
  };

  async function reasonOf({ id }: AclEntry): Promise<JsonValue | null> {
    const place = deps.board.grantedIn(organization, resource, id);
    if (!place) return null;
    const { reason, reasons } = (await deps.open(place.subject, place.sequence)).fields;
    if (reason !== undefined) return reason;
    return reasons && typeof reasons === 'object' && !('erased' in reasons)
      ? ((reasons as { readonly [entry: string]: JsonValue })[id] ?? null)
      : (reasons ?? null);
  }
}
