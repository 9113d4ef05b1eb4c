import type { DomainEvent } from '@countersign/event-sourcing';
import { describe, expect, it } from 'vitest';
import {
  createDiscloser,
  createSealer,
  isOpenError,
  type KeyVault,
  MAX_KEY_TTL_MS,
  type SealedEvent,
  type Sealer,
} from './index.ts';
import { createMemoryKeyVault } from './memory/index.ts';

const discloser = createDiscloser();
const STREAM = 'toolcall-1';
const ALICE = { organization: 'acme', subject: 'alice' };
const metadata = {
  organization: 'acme',
  time: '2026-11-21T09:00:00.000Z',
  eventId: (index: number) => `event-${index}`,
};
const decided = (subject = 'alice'): DomainEvent => ({
  type: 'tool-called.v1',
  data: {},
  personal: {
    subject,
    retention: 'standard',
    disclosures: [discloser('result', 'secret'), discloser('reason', 'because')],
  },
});
const erased = (key: 'destroyed' | 'unknown') => ({
  erased: true,
  fields: { result: { erased: true }, reason: { erased: true } },
  key,
});

const sealOne = async (sealer: ReturnType<typeof createSealer>, subject?: string) => {
  const [event] = await sealer.seal(STREAM, [decided(subject)], metadata);
  return { ...event!, stream: STREAM };
};

describe('after a key is destroyed', () => {
  it('every field of its events says erased at once, also where plaintext was in memory', async () => {
    const vault = createMemoryKeyVault();
    const [sealer, reader] = [createSealer({ vault }), createSealer({ vault })];
    const [alice, bob] = [await sealOne(sealer), await sealOne(sealer, 'bob')];
    await reader.open(alice);
    await vault.destroy(ALICE);
    for (const opener of [sealer, reader]) {
      expect(await opener.open(alice)).toEqual(erased('destroyed'));
      expect(await opener.openFields(alice, ['reason'])).toMatchObject({
        fields: { reason: { erased: true } },
      });
      expect(await opener.open(bob)).toMatchObject({ erased: false, fields: { result: 'secret' } });
    }
  });

  it('its name is sealed under a new key, and the old ciphertext stays unreadable', async () => {
    const vault = createMemoryKeyVault();
    const sealer = createSealer({ vault });
    const before = await sealOne(sealer);
    await vault.destroy(ALICE);
    const after = await sealOne(sealer);
    expect(after.sealed?.key).not.toBe(before.sealed?.key);
    expect(await sealer.open(after)).toMatchObject({ fields: { result: 'secret' } });
    expect(await sealer.open(before)).toEqual(erased('destroyed'));
    const sealed = { ...before.sealed!, key: after.sealed!.key };
    expect(await sealer.open({ ...before, sealed })).toMatchObject({ code: 'sealed_corrupt' });
  });

  it('an answer of the vault that was under way when it happened is not used', async () => {
    const vault = createMemoryKeyVault();
    const event = await sealOne(createSealer({ vault }));
    const waiting = Promise.withResolvers<void>();
    const slow: KeyVault = {
      ...vault,
      peek: async (id) => {
        const answer = await vault.peek(id);
        await waiting.promise;
        return answer;
      },
    };
    const reader = createSealer({ vault: slow });
    const opening = reader.open(event);
    await vault.destroy(ALICE);
    waiting.resolve();
    expect(await opening).toEqual(erased('destroyed'));
    expect(await reader.open(event)).toEqual(erased('destroyed'));
  });
});

describe('a key that another process destroyed', () => {
  /** The same keys, but destructions are not told: as a vault behind HTTP. */
  const remote = (vault: KeyVault): KeyVault => ({ ...vault, onDestroyed: () => {} });

  it('is used for its time and not longer, and plaintext in memory goes with it', async () => {
    const vault = createMemoryKeyVault();
    let now = 0;
    const sealer = createSealer({ vault: remote(vault), keyTtlMs: 1000, now: () => now });
    const event = await sealOne(sealer);
    await vault.destroy(ALICE);
    now = 999;
    expect(await sealer.open(event)).toMatchObject({ erased: false });
    now = 1000;
    expect(await sealer.open(event)).toEqual(erased('destroyed'));
    expect((await sealOne(sealer)).sealed?.key).not.toBe(event.sealed?.key);
  });

  it('has its time counted from the asking, not from the answer', async () => {
    const vault = createMemoryKeyVault();
    const event = await sealOne(createSealer({ vault }));
    let now = 0;
    const slow: KeyVault = {
      ...remote(vault),
      peek: async (id) => {
        const answer = await vault.peek(id);
        now += 700;
        return answer;
      },
    };
    const sealer = createSealer({ vault: slow, keyTtlMs: 1000, now: () => now });
    await sealer.open(event);
    await vault.destroy(ALICE);
    now = 1000;
    expect(await sealer.open(event)).toEqual(erased('destroyed'));
  });
});

describe('plaintext in memory', () => {
  /** A vault whose keys stay although it tells that they are destroyed: what is answered then, was not in memory. */
  const pretending = () => {
    const vault = createMemoryKeyVault();
    const listeners: ((ids: readonly string[]) => void)[] = [];
    const told: KeyVault = { ...vault, onDestroyed: (listener) => void listeners.push(listener) };
    const tell = (ids: readonly string[]) => {
      for (const listener of listeners) listener(ids);
    };
    return { vault, told, tell };
  };
  /** Whether the answer holds the very disclosures that were sealed, and not others read from the ciphertext. */
  const isFromMemory = async (sealer: Sealer, event: SealedEvent, sealed: DomainEvent) => {
    const opened = await sealer.open(event);
    if (isOpenError(opened) || opened.erased) throw new Error('the key is alive');
    return opened.disclosures[0] === sealed.personal?.disclosures[0];
  };

  it('is gone when its key is destroyed', async () => {
    const { told, tell } = pretending();
    const sealer = createSealer({ vault: told });
    const event = decided();
    const [sealed] = await sealer.seal(STREAM, [event], metadata);
    const stored = { ...sealed!, stream: STREAM };
    expect(await isFromMemory(sealer, stored, event)).toBe(true);
    tell([stored.sealed!.key]);
    expect(await isFromMemory(sealer, stored, event)).toBe(false);
  });

  it('is gone when the vault says that the key is', async () => {
    const vault = createMemoryKeyVault();
    let now = 0;
    let missing = false;
    const sealer = createSealer({
      vault: { ...vault, peek: async (id) => (missing ? { id, missing: 'destroyed' } : vault.peek(id)) },
      now: () => now,
    });
    const event = decided();
    const [sealed] = await sealer.seal(STREAM, [event], metadata);
    const stored = { ...sealed!, stream: STREAM };
    now = MAX_KEY_TTL_MS;
    expect(await isFromMemory(sealer, stored, event)).toBe(true);
    now *= 2;
    missing = true;
    expect(await sealer.open(stored)).toEqual(erased('destroyed'));
    missing = false;
    expect(await isFromMemory(sealer, stored, event)).toBe(false);
  });

  it('is not kept when its key was destroyed while the event waited for the key of another', async () => {
    const { vault, told, tell } = pretending();
    const waiting = Promise.withResolvers<void>();
    const slow: KeyVault = {
      ...told,
      key: async (name) => {
        if (name.subject === 'bob') await waiting.promise;
        return vault.key(name);
      },
    };
    const sealer = createSealer({ vault: slow });
    const first = await sealOne(sealer);
    const event = decided();
    const sealing = sealer.seal(STREAM, [event, decided('bob')], metadata);
    tell([first.sealed!.key]);
    waiting.resolve();
    const [sealed] = await sealing;
    expect(await isFromMemory(sealer, { ...sealed!, stream: STREAM }, event)).toBe(false);
  });
});

it('a vault that never had the key leaves the fields erased and says that it is unknown, once for each key', async () => {
  const event = await sealOne(createSealer({ vault: createMemoryKeyVault() }));
  const told: string[] = [];
  const onUnknownKey = (id: string) => told.push(id);
  const sealer = createSealer({ vault: createMemoryKeyVault(), onUnknownKey, cachedKeys: 2 });
  expect(await sealer.open(event)).toEqual(erased('unknown'));
  await sealer.open(event);
  expect(told).toEqual([event.sealed!.key]);
  for (const key of ['one', 'two']) await sealer.open({ ...event, sealed: { ...event.sealed!, key } });
  expect(told).toEqual([event.sealed!.key, 'one']);
});
