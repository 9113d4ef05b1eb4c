import { createCommandHandler } from '@countersign/event-store';
import { createMemoryEventStore } from '@countersign/event-store/memory';
import type { Message } from '@countersign/message-bus';
import { createSealer } from '@countersign/sealing';
import { createMemoryKeyVault } from '@countersign/sealing/memory';
import { TEST_EPOCH } from '@countersign/testing';
import { expect, it } from 'vitest';
import { access } from '../access/decide.ts';
import { accessStream } from '../access/routes.ts';
import { granter, listOf, NOON, UNSEALED } from '../testing/lists.ts';
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

it('an approval that is told again, to whatever process, gives nothing back that was revoked', async () => {
  const store = createMemoryEventStore();
  const sealer = createSealer({ vault: createMemoryKeyVault() });
  const refused = () => expect.unreachable('nothing is refused');
  const process = () => {
    const lists = createCommandHandler({ store, decider: access, seal: sealer.seal });
    return { lists, react: createAwardReaction({ lists, sealer, refused }) };
  };
  const stream = accessStream('acme', { kind: 'intent', id: 'one' });
  const metadata = (id: string) => ({ organization: 'acme', time: NOON, eventId: () => id });
  const { lists, react } = process();
  const by = { kind: 'agent', id: 'creator' } as const;
  const list = listOf([], { resource: { kind: 'intent', id: 'one' } });
  await lists.handle(stream, { kind: 'create', list, by, personal: UNSEALED }, metadata('created'));
  await react(APPROVED);
  const revoke = { kind: 'revoke', by: granter('creator'), entryId: 'e1', at: NOON } as const;
  await lists.handle(stream, { ...revoke, personal: UNSEALED }, metadata('revoked'));
  for (const again of [react, process().react]) expect(await again(APPROVED)).toEqual({ kind: 'done' });
  const told = (await store.read(stream)).map(({ type }) => type);
  expect(told).toEqual(['acl-created.v1', 'acl-granted.v1', 'acl-revoked.v1']);
});
