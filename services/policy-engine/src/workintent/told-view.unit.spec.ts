import type { JsonObject } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import { describe, expect, it } from 'vitest';
import { eventShown } from './shown.ts';
import { createToldView, type ToldRow } from './told-view.ts';

const INTENT = { kind: 'intent', id: 'one' };
const ASKED = {
  ...{ request_id: 'request-1', resource: INTENT, requested_permission: 'write' },
  principal: { kind: 'agent', id: 'worker' },
};
const DECIDED = { ...ASKED, by: { kind: 'agent', id: 'maker' }, decided_by: 'approver' };

/** What is told of an event of a request for access, as clients read it. */
function told(type: string, data: JsonObject) {
  const view = createToldView();
  const message: Message = {
    ...{ id: 'event-1', type, topic: 'agent.control', service: 'approval-service' },
    ...{ subject: 'accessrequest-request-1', sequence: 1, position: 7, organization: 'acme' },
    time: '2026-11-21T12:00:00.000Z',
    data,
  };
  view.apply(message);
  const { writes } = view.table.takeChanges();
  return writes.map(({ row }) => eventShown(row as ToldRow, 'one', {}, data));
}

describe('a request for access is told', () => {
  const asked = {
    ...{ request_id: 'request-1', principal_id: 'worker', principal_type: 'agent' },
    requested_permission: 'write',
  };

  it.each<[string, JsonObject, string, string, object]>([
    ['accessrequest.opened', ASKED, 'access_requested', 'worker', { permission: 'write' }],
    [
      'accessrequest.approved',
      { ...DECIDED, permission: 'read', entry_id: 'entry-1', expires_at: null },
      'access_request_approved',
      'maker',
      { permission: 'read', entry_id: 'entry-1', expires_at: null, decided_by: 'maker' },
    ],
    [
      'accessrequest.denied',
      { ...DECIDED, cause: 'killed' },
      'access_request_denied',
      'maker',
      { cause: 'killed', decided_by: 'maker' },
    ],
    ['accessrequest.expired', ASKED, 'access_request_denied', 'countersign', { reason: 'expired' }],
  ])('%s', (type, data, event_type, actor, more) => {
    expect(told(type, data)).toMatchObject([{ event_type, actor, payload: { ...asked, ...more } }]);
  });

  it('not of a work intent where it is about a namespace', () => {
    expect(told('accessrequest.opened', { ...ASKED, resource: { kind: 'namespace', id: 'one' } })).toEqual(
      [],
    );
  });
});
