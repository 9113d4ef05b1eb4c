import type { DomainEvent, JsonValue } from '@countersign/event-sourcing';
import type { NewEvent } from '@countersign/event-store';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDiscloser, createSealer, disclose, type KeyVault, type SealerOptions } from './index.ts';
import { createMemoryKeyVault } from './memory/index.ts';

const discloser = createDiscloser();
const STREAM = 'toolcall-0193e2d8';
const metadata = {
  organization: 'acme',
  time: '2026-11-21T09:00:00.000Z',
  eventId: (index: number) => `event-${index}`,
};

const withFields = (fields: { [name: string]: JsonValue }, subject = 'alice'): DomainEvent => ({
  type: 'tool-requested.v1',
  data: { agent_id: 'agent-1' },
  personal: {
    subject,
    retention: 'standard',
    disclosures: Object.entries(fields).map(([name, value]) => discloser(name, value)),
  },
});

/** The events as the ledger would give them back: other objects with the same JSON. */
const stored = (events: readonly NewEvent[], stream = STREAM) =>
  events.map((event) => ({ ...structuredClone(event), stream }));

/** Two sealers of one vault: what the first has in memory, the second has not. */
function sealerPair(options: Partial<SealerOptions> = {}) {
  const vault = createMemoryKeyVault();
  return { vault, sealer: createSealer({ vault, ...options }), other: createSealer({ vault }) };
}

const only = async (events: readonly NewEvent[] | Promise<readonly NewEvent[]>) => {
  const [event] = stored(await events);
  return event!;
};

describe('sealing', () => {
  it('keeps the clear part, adds the sealed one and shows no value', async () => {
    const { sealer } = sealerPair();
    const event = withFields({ reason: 'visit Bob', arguments: { card: 'CARD-0042' } });
    const sealed = await only(sealer.seal(STREAM, [event], metadata));
    expect(sealed).toMatchObject({
      type: 'tool-requested.v1',
      data: { agent_id: 'agent-1' },
      metadata: { id: 'event-0', organization: 'acme', time: metadata.time },
    });
    expect(sealed.sealed?.key).toMatch(/^acme\/alice\/2026-11\/standard#/);
    expect(sealed.sealed?.digests).toEqual(
      Object.fromEntries(event.personal!.disclosures.map(({ name, digest }) => [name, digest])),
    );
    expect(sealed).not.toHaveProperty('personal');
    for (const text of ['visit Bob', 'CARD-0042', ...event.personal!.disclosures.map((d) => d.encoded)]) {
      expect(JSON.stringify(sealed)).not.toContain(text);
    }
  });

  it('leaves events without erasable fields as they are, and asks for no key', async () => {
    const { sealer, vault } = sealerPair();
    const events = sealer.seal(STREAM, [{ type: 'tool-lapsed.v1', data: {} }, withFields({})], metadata);
    expect(events).not.toBeInstanceOf(Promise);
    expect(stored(await events).map((event) => event.sealed)).toEqual([undefined, undefined]);
    expect(await vault.list({ organization: 'acme' })).toEqual({ keys: [], next: null });
  });

  it('answers at once when the keys are held, and later when one has to be fetched', async () => {
    const { sealer } = sealerPair();
    const seal = (...subjects: string[]) =>
      sealer.seal(
        STREAM,
        subjects.map((subject) => withFields({ reason: 'r' }, subject)),
        metadata,
      );
    const first = seal('alice');
    expect(first).toBeInstanceOf(Promise);
    await first;
    expect(seal('alice')).not.toBeInstanceOf(Promise);
    const mixed = seal('alice', 'bob', 'bob');
    expect(mixed).toBeInstanceOf(Promise);
    expect((await mixed).map((event) => event.sealed?.key.split('/')[1])).toEqual(['alice', 'bob', 'bob']);
  });

  it('never makes the same ciphertext twice', async () => {
    const { sealer } = sealerPair();
    const event = withFields({ reason: 'the same' });
    const events = await sealer.seal(
      STREAM,
      Array.from({ length: 1000 }, () => event),
      metadata,
    );
    expect(new Set(events.map(({ sealed }) => sealed!.ciphertext.slice(0, 16))).size).toBe(1000);
  });

  it('names the key by the month of the event', async () => {
    const { sealer } = sealerPair();
    const december = { ...metadata, time: '2026-12-01T00:00:00.000Z' };
    const event = await only(sealer.seal(STREAM, [withFields({ reason: 'r' })], december));
    expect(event.sealed?.key).toContain('/2026-12/');
  });

  it('refuses two fields of one name and a time that is none', () => {
    const { sealer } = sealerPair();
    const twice = withFields({});
    const disclosures = [discloser('reason', 'a'), discloser('reason', 'b')];
    const event = { ...twice, personal: { ...twice.personal!, disclosures } };
    const badTime = { ...metadata, time: 'now' };
    expect(() => sealer.seal(STREAM, [withFields({ reason: 'r' })], badTime)).toThrow(RangeError);
    return expect(sealer.seal(STREAM, [event], metadata)).rejects.toThrow(RangeError);
  });

  it('does not allow keys to be held longer than a minute', () => {
    expect(() => createSealer({ vault: createMemoryKeyVault(), keyTtlMs: 60_001 })).toThrow(RangeError);
  });
});

describe('opening', () => {
  const json = () => fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as JsonValue);

  it('gives back any JSON, from memory and from the ciphertext', async () => {
    const { sealer, other } = sealerPair();
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 5 }),
        fc.array(json(), { minLength: 5, maxLength: 5 }),
        async (names, values) => {
          const fields = Object.fromEntries(names.map((name, index) => [name, values[index]!]));
          const decided = withFields(fields);
          const event = await only(sealer.seal(STREAM, [decided], metadata));
          const disclosures = [...decided.personal!.disclosures];
          for (const opened of [await sealer.open(event), await other.open(event)]) {
            expect(opened).toEqual({ erased: false, fields, disclosures });
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('opens some fields by name', async () => {
    const { sealer, other } = sealerPair();
    const decided = withFields({ reason: 'r', arguments: { a: 1 } });
    const event = await only(sealer.seal(STREAM, [decided], metadata));
    for (const opener of [sealer, other]) {
      expect(await opener.openFields(event, ['arguments', 'result'])).toEqual({
        erased: false,
        fields: { arguments: { a: 1 } },
        disclosures: [decided.personal!.disclosures[1]],
      });
    }
  });

  it('answers at once for an event that was just sealed', async () => {
    const { sealer } = sealerPair();
    const event = await only(sealer.seal(STREAM, [withFields({ reason: 'r' })], metadata));
    expect(sealer.open(event)).toMatchObject({ fields: { reason: 'r' } });
  });

  it('gives nothing for an event without erasable fields', () => {
    const { sealer } = sealerPair();
    const opened = sealer.open({ stream: STREAM, metadata: { id: 'event-0' } });
    expect(opened).toEqual({ erased: false, fields: {}, disclosures: [] });
  });

  it('keeps a value that looks like an erasure apart from one', async () => {
    const { other, sealer } = sealerPair();
    const event = await only(sealer.seal(STREAM, [withFields({ arguments: { erased: true } })], metadata));
    expect(await other.open(event)).toMatchObject({ erased: false, fields: { arguments: { erased: true } } });
  });
});

describe('tampering', () => {
  const corrupt = { code: 'sealed_corrupt' };

  it('is caught at every character of the ciphertext, by the sealer of the event and by any other', async () => {
    const { sealer, other } = sealerPair();
    const event = await only(sealer.seal(STREAM, [withFields({ reason: 'because' })], metadata));
    const { ciphertext } = event.sealed!;
    for (let at = 0; at < ciphertext.length; at += 1) {
      // The next letter of the alphabet: in the last place that changes a bit which decoders ignore.
      const changed = ciphertext[at] === 'A' ? 'B' : 'A';
      const sealed = {
        ...event.sealed!,
        ciphertext: ciphertext.slice(0, at) + changed + ciphertext.slice(at + 1),
      };
      for (const opener of [sealer, other]) {
        expect(await opener.open({ ...event, sealed }), `character ${at}`).toMatchObject(corrupt);
      }
    }
  });

  it('is caught at every bit of the bytes', async () => {
    const { sealer, other } = sealerPair();
    const event = await only(sealer.seal(STREAM, [withFields({ reason: 'r' })], metadata));
    const bytes = Buffer.from(event.sealed!.ciphertext, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const sealed = { ...event.sealed!, ciphertext: flipped.toString('base64url') };
      expect(await other.open({ ...event, sealed }), `bit ${bit}`).toMatchObject(corrupt);
    }
  });

  it('is caught when the ciphertext has a second spelling or is cut', async () => {
    const { sealer, other } = sealerPair();
    const event = await only(sealer.seal(STREAM, [withFields({ reason: 'because' })], metadata));
    const { ciphertext } = event.sealed!;
    for (const text of [
      `${ciphertext}=`,
      ` ${ciphertext}`,
      ciphertext.slice(0, -4),
      ciphertext.slice(0, 20),
      '',
    ]) {
      expect(await other.open({ ...event, sealed: { ...event.sealed!, ciphertext: text } })).toMatchObject(
        corrupt,
      );
    }
  });

  it('is caught when a digest is changed, missing, added or under another name', async () => {
    const { sealer, other } = sealerPair();
    const event = await only(sealer.seal(STREAM, [withFields({ reason: 'r', error: 'e' })], metadata));
    const { reason, error } = event.sealed!.digests as { reason: string; error: string };
    const variants = [
      { reason, error: disclose('error', 'e', 'c2FsdA').digest },
      { reason },
      { reason, error, result: error },
      { reason, error, result: disclose('result', 'e', 'c2FsdA').digest },
      { reason: error, error: reason },
      { reason, errors: error },
      {},
    ];
    for (const digests of variants) {
      for (const opener of [sealer, other]) {
        expect(await opener.open({ ...event, sealed: { ...event.sealed!, digests } })).toMatchObject(corrupt);
      }
    }
  });

  it('is caught when sealed fields stand in another event, stream or under another key', async () => {
    const { sealer, other } = sealerPair();
    const fields = () => withFields({ reason: 'r' });
    const [first, second] = stored(await sealer.seal(STREAM, [fields(), fields()], metadata));
    const bob = await only(sealer.seal(STREAM, [withFields({ reason: 'r' }, 'bob')], metadata));
    for (const opener of [sealer, other]) {
      expect(await opener.open({ ...first!, sealed: second!.sealed! })).toMatchObject(corrupt);
      expect(await opener.open({ ...first!, metadata: { id: 'event-9' } })).toMatchObject(corrupt);
      expect(await opener.open({ ...first!, stream: 'toolcall-other' })).toMatchObject(corrupt);
      const sealed = { ...first!.sealed!, key: bob.sealed!.key };
      expect(await opener.open({ ...first!, sealed })).toMatchObject(corrupt);
    }
  });
});

describe('a vault that gives no answer', () => {
  const unavailable = { code: 'vault_unavailable', reason: 'closed' };
  const closedVault = async (): Promise<KeyVault> => {
    const vault = createMemoryKeyVault();
    await vault.close();
    return vault;
  };

  it('makes sealing fail: no event comes out', async () => {
    const sealer = createSealer({ vault: await closedVault() });
    await expect(sealer.seal(STREAM, [withFields({ reason: 'r' })], metadata)).rejects.toMatchObject(
      unavailable,
    );
  });

  it('is never taken for an erasure', async () => {
    const { sealer } = sealerPair();
    const event = await only(sealer.seal(STREAM, [withFields({ reason: 'r' })], metadata));
    expect(await createSealer({ vault: await closedVault() }).open(event)).toMatchObject(unavailable);
  });
});
