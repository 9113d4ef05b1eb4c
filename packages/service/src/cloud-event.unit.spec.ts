import { cloudEvent, findPublicEvent, publicEvents, readPublicEvent } from '@countersign/contracts';
import { toNewEvent } from '@countersign/event-store';
import { createPublisher, type Message } from '@countersign/message-bus';
import { createSealer, disclose, VAULT_CLOSED } from '@countersign/sealing';
import { createMemoryKeyVault } from '@countersign/sealing/memory';
import { describe, expect, it } from 'vitest';
import { openedCloudEvent, toCloudEvent } from './cloud-event.ts';
import { messageMetadata, sealedEvent } from './message.ts';
import { publishAs } from './publish-as.ts';
import { fixtureMessages } from './testing/fixture-messages.ts';

const FIXTURES = fixtureMessages();

describe('a message that leaves Countersign', () => {
  it('is the public event that it has always been, for every type', () => {
    expect(FIXTURES.length).toBeGreaterThan(40);
    for (const { file, message, event } of FIXTURES) {
      expect({ file, event: toCloudEvent(message) }).toEqual({ file, event });
    }
    const types = new Set(FIXTURES.map(({ event }) => event.type));
    expect([...types].sort()).toEqual(Object.keys(publicEvents).sort());
  });

  it('fits the envelope and its own schema', () => {
    for (const { file, message } of FIXTURES) {
      const event = toCloudEvent(message);
      expect({ file, error: cloudEvent.safeParse(event).error }).toEqual({ file, error: undefined });
      expect({ file, code: readPublicEvent(event).code }).toEqual({ file, code: 'event' });
    }
  });

  it('has no member for what it does not have', () => {
    const bare = FIXTURES.find(({ event }) => event.type === 'organization.created')?.message as Message;
    const event = toCloudEvent(bare);
    for (const name of ['correlationid', 'sealed']) expect(event).not.toHaveProperty(name);
    expect(JSON.parse(JSON.stringify(event))).toEqual(event);
  });
});

describe('a message with sealed fields', () => {
  /** An event as it is stored and published: its fields were sealed under a key of this vault. */
  async function sealedMessage() {
    const kept = createMemoryKeyVault();
    let down = false;
    const vault = {
      ...kept,
      peek: async (id: string) => (down ? VAULT_CLOSED : kept.peek(id)),
    };
    const sealer = createSealer({ vault, keyTtlMs: 0, recentEvents: 0 });
    const { message } = FIXTURES.find(({ event }) => event.type === 'agent.disabled') as (typeof FIXTURES)[0];
    const metadata = { organization: 'acme', time: message.time, eventId: () => message.id };
    const disclosures = [disclose('reason', 'it deletes too much', 'c2FsdC1vZi1hLXRlc3QtMQ')];
    const event = {
      type: 'agent-disabled.v1',
      data: message.data,
      personal: { subject: 'olga', retention: 'standard', disclosures },
    };
    const [stored] = await sealer.seal(message.subject, [event], metadata);
    const sealed = stored?.sealed;
    if (!sealed) throw new Error('nothing was sealed');
    return {
      sealer,
      vault,
      message: { ...message, sealed },
      outage: () => {
        down = true;
      },
    };
  }

  it('is opened in place, and fits its schema with its fields', async () => {
    const { sealer, message } = await sealedMessage();
    const opened = await openedCloudEvent(sealer, message);
    expect(opened).not.toHaveProperty('sealed');
    expect(opened).toMatchObject({
      id: message.id,
      data: { ...message.data, reason: 'it deletes too much' },
    });
    expect(cloudEvent.safeParse(opened).error).toBeUndefined();
    const { data, erasable } = findPublicEvent(message.type) ?? {};
    expect(
      data?.extend(erasable?.shape ?? {}).safeParse('data' in opened && opened.data).error,
    ).toBeUndefined();
  });

  it('says what is erased', async () => {
    const { sealer, vault, message } = await sealedMessage();
    await vault.destroy({ organization: 'acme', subject: 'olga' });
    expect(await openedCloudEvent(sealer, message)).toMatchObject({ data: { reason: { erased: true } } });
  });

  it('is a problem while the vault does not answer: never an erasure', async () => {
    const { sealer, message, outage } = await sealedMessage();
    outage();
    expect(await openedCloudEvent(sealer, message)).toMatchObject({ code: 'unavailable', status: 503 });
  });

  it('without any is itself', async () => {
    const { sealer, message } = await sealedMessage();
    const { sealed: _, ...clear } = message;
    expect(await openedCloudEvent(sealer, clear)).toEqual(toCloudEvent(clear));
  });
});

describe('a message in the ledger’s words', () => {
  const { message } = FIXTURES.find(
    ({ event }) => event.type === 'agent.tool.requested',
  ) as (typeof FIXTURES)[0];

  it('is the cause of what a reaction appends', () => {
    expect(messageMetadata(message)).toEqual({
      id: message.id,
      time: message.time,
      organization: message.organization,
      correlation: message.correlation,
      traceparent: message.traceparent,
    });
  });

  it('is what the sealer opens', () => {
    expect(sealedEvent(message)).toEqual({
      stream: message.subject,
      metadata: { id: message.id },
      sealed: message.sealed,
    });
  });
});

describe('a publication', () => {
  it('is the public definition, under the stored name', () => {
    const definition = publicEvents['agent.tool.lapsed'];
    const publication = publishAs(definition, 'tool-lapsed.v1');
    expect(publication).toEqual({
      stored: 'tool-lapsed.v1',
      type: 'agent.tool.lapsed',
      topic: 'agent.tool',
      category: 'toolcall',
      service: 'gateway',
    });
  });

  it('maps the stored data where that says more', () => {
    const publication = publishAs(
      publicEvents['agent.tool.lapsed'],
      'tool-lapsed.v1',
      ({ inner: _, ...data }) => data,
    );
    const metadata = { organization: 'acme', time: '2026-11-21T12:00:00.000Z', eventId: () => 'e1' };
    const stored = toNewEvent({ type: 'tool-lapsed.v1', data: { tool_name: 'x', inner: 1 } }, 0, metadata);
    const message = createPublisher([publication]).publish({
      ...stored,
      stream: 'toolcall-1',
      version: 1,
      position: 1,
    });
    expect(message?.data).toEqual({ tool_name: 'x' });
  });
});
