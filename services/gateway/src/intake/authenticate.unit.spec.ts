import { createDirectory } from '@countersign/directory';
import type { JsonObject } from '@countersign/event-sourcing';
import { createMemoryEventStore } from '@countersign/event-store/memory';
import { createPublisher } from '@countersign/message-bus';
import { expect, it } from 'vitest';
import { agentPublications } from '../agent/publish.ts';
import { commandedAs } from '../testing/announced-call.ts';
import { registerAgent } from '../testing/registration-commands.ts';
import { freshSigner, signedIntent, toBusRecord } from '../testing/signed-intent.ts';
import { createAuthenticateIntent } from './authenticate.ts';
import { readIntent, type SignedIntent } from './read-intent.ts';

/** An agent's registration and key in the ledger, of which the directory has seen `folded` events. */
async function ledgerAhead(folded: number) {
  const store = createMemoryEventStore();
  const directory = createDirectory();
  const publisher = createPublisher(agentPublications);
  const signer = freshSigner();
  const { registration } = registerAgent();
  const by = { kind: 'user', id: 'owner' };
  const added = { agent_id: 'helper', key_id: 'k', public_key: signer.publicKey as JsonObject, by };
  const metadata = (index: number) => {
    const { eventId, ...rest } = commandedAs('agent');
    return { ...rest, id: eventId(index) };
  };
  await store.append('agent-acme:helper', 'no-stream', [
    {
      type: 'agent-registered.v1',
      data: { ...registration, by } as unknown as JsonObject,
      metadata: metadata(0),
    },
    { type: 'agent-signing-key-added.v1', data: added, metadata: metadata(1) },
  ]).durable;
  const fold = async (to: number) => {
    for (const event of await store.read('agent-acme:helper'))
      if (event.position <= to) directory.apply(publisher.publish(event)!);
  };
  await fold(folded);
  const waited: number[] = [];
  const authenticate = createAuthenticateIntent({
    directory,
    store,
    reached: async (position) => {
      waited.push(position);
      await fold(store.acceptedPosition);
    },
  });
  const intentOf = (by = signer) => {
    const time = '2026-11-21T12:00:00.000Z';
    const text = { type: 'agent.intent.announced', id: 'i', time, data: {}, organization: 'acme' };
    const place = { topic: 'agent.intents', partition: 0, offset: 0, timeMs: 0 };
    return readIntent(toBusRecord(signedIntent(by, text), place)) as SignedIntent;
  };
  return { authenticate, intentOf, waited };
}

it.each([0, 1])(
  'a key that another gateway registered a moment ago is waited for: %d of two events are seen',
  async (folded) => {
    const { authenticate, intentOf, waited } = await ledgerAhead(folded);
    expect(await authenticate(intentOf())).toMatchObject({ kind: 'agent', id: 'helper', keyId: 'k' });
    expect(waited).toEqual([folded + 1]);
  },
);

it('nothing is waited for where the directory has seen all there is', async () => {
  const { authenticate, intentOf, waited } = await ledgerAhead(2);
  expect(await authenticate(intentOf())).toMatchObject({ organization: 'acme' });
  expect(await authenticate(intentOf(freshSigner()))).toMatchObject({ code: 'bad_signature' });
  expect(waited).toEqual([]);
});
