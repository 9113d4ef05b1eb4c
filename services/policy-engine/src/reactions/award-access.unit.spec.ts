import type { Message } from '@countersign/message-bus';
import { TEST_EPOCH } from '@countersign/testing';
import { expect, it } from 'vitest';
import { createAwardReaction } from './award-access.ts';

const APPROVED: Message = {
  id: 'event-1',
  type: 'accessrequest.approved',
  topic: 'agent.control',
  service: 'approval-service',
  subject: 'accessrequest-one',
  sequence: 2,
  position: 7,
  time: TEST_EPOCH,
  organization: 'acme',
  data: {
    resource: { kind: 'intent', id: 'one' },
    principal: { kind: 'agent', id: 'worker' },
    permission: 'write',
    entry_id: 'e1',
    expires_at: null,
    by: { kind: 'user', id: 'olga' },
  },
};

it.each([
  [{ code: 'vault_unavailable', reason: 'closed', detail: 'closed' } as const, { outage: true }],
  [{ code: 'sealed_corrupt', detail: 'not what was sealed' } as const, { why: 'sealed_corrupt' }],
])('an approval that can not be opened awards nothing yet: %o', async (error, expected) => {
  const never = () => expect.unreachable('nothing is awarded');
  const react = createAwardReaction({
    lists: { handle: never, load: never },
    sealer: { open: () => error },
    refused: never,
  });
  expect(await react(APPROVED)).toMatchObject({ kind: 'again', ...expected });
});
