import type { EndedRecord, EntryRecord } from '@countersign/access';
import type { JsonObject, WorkIntent, WorkIntentEvent } from '@countersign/contracts';
import { streamName } from '@countersign/event-sourcing';
import { openIntentTime } from '@countersign/service';
import type { OpenMessage } from '../openintent/open-message.ts';
import type { ToldRow } from './told-view.ts';
import type { WorkIntentRow } from './view.ts';

/** The stream of a work intent; its access list has another. */
export function workIntentStream(organization: string, id: string) {
  return streamName('workintent', `${organization}:${id}`);
}

/** The state of a work intent, opened from the event that holds the whole of it. */
export async function stateOf(open: OpenMessage, row: WorkIntentRow): Promise<JsonObject> {
  const { fields } = await open(workIntentStream(row.organization, row.id), row.state_at);
  return fields.state as JsonObject;
}

/** A work intent in OpenIntent's shape, its texts opened. */
export async function intentShown(open: OpenMessage, row: WorkIntentRow): Promise<WorkIntent> {
  const { fields } = await open(workIntentStream(row.organization, row.id), 1);
  const { title, description, constraints } = fields;
  return {
    id: row.id,
    title: title as WorkIntent['title'],
    description: description as WorkIntent['description'],
    created_by: row.created_by,
    namespace: row.namespace,
    parent_id: row.parent_intent_id,
    parent_intent_id: row.parent_intent_id,
    depends_on: row.depends_on,
    constraints: constraints as JsonObject,
    state: await stateOf(open, row),
    status: row.status,
    confidence: 0,
    version: row.version,
    governance_policy: null,
    created_at: openIntentTime(row.created_at),
    updated_at: openIntentTime(row.updated_at),
  };
}

/** The entity tag of a version, as `If-Match` takes it. */
export function etagOf({ version }: Pick<WorkIntent, 'version'>) {
  return { etag: `"${version}"` };
}

/** One event of a work intent in OpenIntent's shape, its texts opened. */
export function eventShown(
  row: ToldRow,
  intentId: string,
  fields: JsonObject,
  data: JsonObject,
): WorkIntentEvent {
  const { trace_id = null, parent_event_id = null } = fields;
  return {
    id: row.id,
    intent_id: intentId,
    event_type: row.event_type as WorkIntentEvent['event_type'],
    actor: row.actor,
    payload: payloadOf(row, fields, data),
    trace_id: trace_id as WorkIntentEvent['trace_id'],
    parent_event_id: parent_event_id as WorkIntentEvent['parent_event_id'],
    created_at: openIntentTime(row.time),
  };
}

/** What OpenIntent's clients read of an event: what was told, or what was done. */
function payloadOf(row: ToldRow, fields: JsonObject, data: JsonObject): JsonObject {
  const { kind, event_type } = row;
  const { payload, patches, reason, capabilities } = fields;
  if ('request_id' in data) {
    const isExpired = event_type === 'access_request_denied' && !('by' in data);
    return defined({ ...requestPayload(row, data), reason: isExpired ? 'expired' : reason, capabilities });
  }
  if (kind === 'access') return defined(accessPayload(data as unknown as AccessData, row, fields));
  if (kind === 'state') return defined({ patches, version: data.version });
  if (payload !== undefined) return payload as JsonObject;
  const { from, to, version, namespace, parent_intent_id, depends_on } = data;
  return defined({ from, to, version, namespace, parent_intent_id, depends_on, reason });
}

type Members = { readonly [name: string]: JsonObject[string] | undefined };

function defined(members: Members): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as JsonObject;
}

/** What the events of an access list say of entries. */
type AccessData = {
  readonly entry?: EntryRecord;
  readonly ended?: readonly EndedRecord[];
  readonly entries?: readonly EntryRecord[];
  readonly default_policy?: string | null;
};

function accessPayload(data: AccessData, row: ToldRow, { reason, reasons }: JsonObject): Members {
  const { entry, ended, entries = [], default_policy } = data;
  const lost = row.ended === null ? undefined : ended?.[row.ended];
  if (lost) return { ...named(lost), previous_permission: lost.level, reason: reason ?? null };
  if (entry) return { ...granted(entry), reason };
  const gained = row.added === null ? undefined : entries[row.added];
  if (gained) return { ...granted(gained), reason: reasonOf(gained, reasons) };
  return { action: 'acl_set', default_policy: default_policy ?? 'closed', entries: entries.map(granted) };
}

function granted(entry: EntryRecord) {
  const expires_at = entry.expires_at && openIntentTime(entry.expires_at);
  return { ...named(entry), permission: entry.level, expires_at };
}

/** The reasons of a whole list stand together, and are erased together. */
function reasonOf({ id }: EntryRecord, reasons: JsonObject[string] = {}): JsonObject[string] {
  const all = reasons as JsonObject;
  return 'erased' in all ? all : (all[id] ?? null);
}

/** What the events of a request for access say of it; a rule that refused it is the `cause`. */
function requestPayload({ event_type }: ToldRow, data: JsonObject): Members {
  const { request_id, principal, requested_permission, permission, entry_id, expires_at, cause } = data;
  const { kind, id } = principal as unknown as EndedRecord['principal'];
  const end = expires_at as string | null;
  const by = data.by as { readonly id: string } | undefined;
  return {
    request_id,
    principal_id: id,
    principal_type: kind,
    requested_permission,
    permission: event_type === 'access_requested' ? requested_permission : permission,
    ...(entry_id === undefined ? {} : { entry_id, expires_at: end && openIntentTime(end) }),
    decided_by: by?.id,
    cause: cause ?? undefined,
  };
}

function named({ id, principal }: EndedRecord) {
  return { entry_id: id, principal_id: principal.id, principal_type: principal.kind };
}
