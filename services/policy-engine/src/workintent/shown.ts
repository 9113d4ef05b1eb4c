import type { EndedRecord, EntryRecord } from '@countersign/access';
import type { JsonObject, WorkIntent, WorkIntentEvent } from '@countersign/contracts';
import { streamName } from '@countersign/event-sourcing';
import { openIntentTime } from '@countersign/service';
import { governancePayload } from '../governance/payload.ts';
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
    governance_policy: row.governance_policy ?? null,
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
function payloadOf(
  { kind, ended, event_type }: Pick<ToldRow, 'kind' | 'ended' | 'event_type'>,
  fields: JsonObject,
  data: JsonObject,
): JsonObject {
  const { payload, patches, reason, capabilities } = fields;
  if (event_type.startsWith('governance.')) return governancePayload(event_type, data);
  if ('request_id' in data) {
    const isExpired = event_type === 'access_request_denied' && !('by' in data);
    return defined({ ...requestPayload(data), reason: isExpired ? 'expired' : reason, capabilities });
  }
  if (event_type.startsWith('lease_')) return leasePayload(data);
  if (kind === 'access') return defined({ ...accessPayload(data as unknown as AccessData, ended), reason });
  if (kind === 'state') return defined({ patches, version: data.version });
  if (payload !== undefined) return payload as JsonObject;
  const { from, to, version, namespace, parent_intent_id, depends_on, governance_policy, approvals } = data;
  const made = { namespace, parent_intent_id, depends_on, governance_policy };
  return defined({ from, to, version, ...made, approvals, reason });
}

/** A lease that ended says how, and whose it was. */
function leasePayload({ lease_id, scope, expires_at, how, holder }: JsonObject): JsonObject {
  const agent_id = (holder as unknown as EndedRecord['principal'] | undefined)?.id;
  return defined({ lease_id, scope, expires_at, reason: how, agent_id });
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

function accessPayload({ entry, ended, entries, default_policy }: AccessData, at: number | null): Members {
  const lost = at === null ? undefined : ended?.[at];
  if (lost) return { ...named(lost), previous_permission: lost.level };
  if (entry) return { ...named(entry), permission: entry.level, expires_at: entry.expires_at };
  const granted = (entries ?? []).map((one) => ({ ...named(one), permission: one.level }));
  return { action: 'acl_set', default_policy: default_policy ?? 'closed', entries: granted };
}

/** What the events of a request for access say of it; a rule that refused it is the `cause`. */
function requestPayload({
  request_id,
  principal,
  requested_permission,
  permission,
  entry_id,
  expires_at,
  cause,
}: JsonObject): Members {
  const { kind, id } = principal as unknown as EndedRecord['principal'];
  const given = entry_id === undefined ? {} : { permission, entry_id, expires_at };
  return {
    request_id,
    principal_id: id,
    principal_type: kind,
    requested_permission,
    ...given,
    cause: cause ?? undefined,
  };
}

function named({ id, principal }: EndedRecord) {
  return { entry_id: id, principal_id: principal.id, principal_type: principal.kind };
}
