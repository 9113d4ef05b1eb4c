import { type AccessRequest as AccessRequestView, type Problem, problem } from '@countersign/contracts';
import { streamName } from '@countersign/event-sourcing';
import type { EventStore } from '@countersign/event-store';
import { isOpenError, type Sealer } from '@countersign/sealing';
import type { AccessRequestRow } from '../views/access-requests.ts';

/** A request with its texts opened and its times as its reader writes them; a problem where it can't be opened now. */
export function createShownRequest(
  deps: { readonly store: Pick<EventStore, 'read'>; readonly sealer: Sealer },
  timeOf: (time: string) => string,
): (row: AccessRequestRow) => Promise<AccessRequestView | Problem> {
  return async (row) => {
    const events = await deps.store.read(streamName('accessrequest', row.id), { visibility: 'accepted' });
    const [opened, decided] = await Promise.all(
      events.slice(0, 2).map((event) => (event.sealed ? deps.sealer.open(event) : null)),
    );
    if ((opened && isOpenError(opened)) || (decided && isOpenError(decided)))
      return problem('unavailable', 'the erasable fields can not be opened now');
    const { asked, decision } = row;
    const approval = decision && 'permission' in decision ? decision : null;
    const isExpired = row.status === 'denied' && decision === null;
    const fields = opened?.fields ?? {};
    const capabilities = Array.isArray(fields.capabilities) ? fields.capabilities : [];
    const { kind, id } = asked.resource;
    return {
      id: row.id,
      ...(kind === 'intent' ? { intent_id: id } : { namespace: id }),
      principal_id: asked.principal.id,
      principal_type: asked.principal.kind,
      requested_permission: asked.requested_permission,
      reason: (fields.reason ?? null) as AccessRequestView['reason'],
      status: row.status,
      capabilities: capabilities as string[],
      decided_by: decision?.by.id ?? null,
      decided_at: row.decided_at && timeOf(row.decided_at),
      decision_reason: isExpired
        ? 'expired'
        : ((decided?.fields.reason ?? null) as AccessRequestView['decision_reason']),
      created_at: timeOf(row.created_at),
      respond_by: timeOf(asked.expires_at),
      permission: approval?.permission ?? null,
      expires_at: approval?.expires_at ? timeOf(approval.expires_at) : null,
      entry_id: approval?.entry_id ?? null,
      decision:
        row.status === 'pending'
          ? null
          : { outcome: isExpired ? 'expired' : row.status, decided_by: decision?.decided_by ?? null },
    };
  };
}
