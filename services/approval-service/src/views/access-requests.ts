import { type AclResource, type Party, principalKey } from '@countersign/access';
import type { AccessRequestApproved, AccessRequestDenied, AccessRequestOpened } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import { createViewTable, type Projection, type ViewDefinition, type ViewRow } from '@countersign/processing';

type AccessRequestStatus = 'pending' | 'approved' | 'denied';

/** A request for access without its erasable text. */
export interface AccessRequestRow extends ViewRow {
  readonly id: string;
  readonly organization: string;
  /** As OpenIntent's clients know them: what has expired is denied. */
  readonly status: AccessRequestStatus;
  readonly resource: string;
  readonly requester: string;
  readonly asked: AccessRequestOpened;
  /** Null while it waits, and where its time was over. */
  readonly decision: AccessRequestApproved | AccessRequestDenied | null;
  readonly created_at: string;
  readonly decided_at: string | null;
  readonly position: number;
  /** `expires_at` in ms while it waits; null after. */
  readonly deadline: number | null;
}

/** One row for each request; `deadline` in ms since 1970. */
export const accessRequestsView: ViewDefinition = {
  name: 'access-requests.v1',
  columns: {
    ...{ organization: 'text', status: 'text', resource: 'text', requester: 'text' },
    deadline: 'integer',
  },
  indexes: [
    ['organization'],
    ['organization', 'status'],
    ['organization', 'resource'],
    ['organization', 'resource', 'requester'],
    ['deadline'],
  ],
};

/** A resource as a column. */
export function resourceKey({ kind, id }: AclResource): string {
  return `${kind}:${id}`;
}

/** Folds requests into rows. */
export function createAccessRequestsView(): Projection<AccessRequestRow> {
  const table = createViewTable<AccessRequestRow>(accessRequestsView.name);
  return {
    view: accessRequestsView,
    table,
    topics: ['agent.control'],
    needs: ({ type, data }) => (Object.hasOwn(ENDS, type) ? [String(data.request_id)] : []),
    apply(message) {
      const id = String(message.data.request_id);
      if (message.type === 'accessrequest.opened') {
        if (!table.get(id)) table.put(id, begin(message));
        return;
      }
      const status = ENDS[message.type];
      const row = status && table.get(id);
      if (!row || message.position <= row.position) return;
      const decision =
        message.type === 'accessrequest.expired'
          ? null
          : (message.data as unknown as AccessRequestApproved | AccessRequestDenied);
      const { position, time: decided_at } = message;
      table.put(id, { ...row, status, decision, decided_at, position, deadline: null });
    },
  };
}

const ENDS: { readonly [type: string]: AccessRequestStatus } = {
  'accessrequest.approved': 'approved',
  'accessrequest.denied': 'denied',
  'accessrequest.expired': 'denied',
};

function begin(message: Message): AccessRequestRow {
  const asked = message.data as unknown as AccessRequestOpened;
  return {
    id: asked.request_id,
    organization: message.organization,
    status: 'pending',
    resource: resourceKey(asked.resource),
    requester: principalKey(asked.principal as Party),
    asked,
    decision: null,
    created_at: message.time,
    decided_at: null,
    position: message.position,
    deadline: Date.parse(asked.expires_at),
  };
}
