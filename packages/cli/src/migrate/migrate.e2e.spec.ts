import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventStore, RecordedEvent } from '@countersign/event-store';
import { createMemoryEventStore } from '@countersign/event-store/memory';
import { openEventStoreDb } from '@countersign/event-store-eventstoredb';
import { serve } from '@countersign/event-store-grpc/testing';
import { openSqliteKeyVault } from '@countersign/key-vault-sqlite';
import { type TemporaryDirectory, temporaryDirectory } from '@countersign/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { type EmbeddedLedger, openEmbeddedLedger, sampleEvent } from '../testing/embedded-ledger.ts';
import { json, startInstallation, waitingCall } from '../testing/installation.ts';
import { type Ran, runHere } from '../testing/terminal.ts';

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
  return () => directory[Symbol.asyncDispose]();
});
const at = (...names: string[]) => join(directory.path, ...names);

/** Runs `migrate` into a ledger that speaks EventStoreDB's protocol. */
async function migrate(target: EventStore, source = at('data'), ...more: string[]): Promise<Ran> {
  const server = await serve(target);
  const words = ['--eventstore', `esdb://127.0.0.1:${server.port}?tls=false`, '--vault', at('vault')];
  const ran = await runHere(['migrate', source, ...words, ...more, '--json']);
  await server.close();
  return ran;
}

async function eventsOf(store: Pick<EventStore, 'readPage'>): Promise<readonly RecordedEvent[]> {
  return (await store.readPage({ limit: 100_000 })).events;
}

const isOfLedger = ({ stream }: RecordedEvent) => !/^(lease-|parked_events|checkpoint_|\$)/.test(stream);

const withoutPlaces = (events: readonly RecordedEvent[]) =>
  events.filter(isOfLedger).map(({ position, ...event }) => event);

/** Two streams that take turns, one event sealed under a live key, one under a destroyed one. */
async function fill({ add, vault }: EmbeddedLedger): Promise<void> {
  const name = { organization: 'acme', subject: 'user:ann', month: '2026-03', retention: 'standard' };
  const sealedNow = async () => {
    const key = await vault.key(name);
    if ('code' in key) throw new Error(key.detail);
    return { key: key.id, ciphertext: 'c2VhbGVk', digests: { reason: 'ZGlnZXN0' } };
  };
  await add('sample-a', 1, await sealedNow());
  await vault.destroy({ organization: 'acme', subject: 'user:ann' });
  await add('sample-b', 1, await sealedNow());
  for (const version of [2, 3]) await add('sample-a', version);
  for (const version of [2, 3, 4]) await add('sample-b', version);
}

async function filledSource(): Promise<readonly RecordedEvent[]> {
  await using source = await openEmbeddedLedger(at('data'));
  await fill(source);
  return eventsOf(source.store);
}

describe('an installation that moves to a cluster', () => {
  it('has every event as it was, in its order, and opens what was sealed', async () => {
    const installation = await startInstallation();
    const data = installation.standalone.dataDirectory;
    await waitingCall(installation, '/tmp/a', 'a reason that is sealed');
    const running = await migrate(createMemoryEventStore(), data);
    expect(running).toMatchObject({ code: 7, stdout: '' });

    const backup = await installation.run(`backup ${at('backup')} --data-dir ${data} --keys ${at('keys')}`);
    expect(backup.code).toBe(0);
    await installation.run(
      `restore ${at('backup')} --data-dir ${at('data')} --keys ${at('keys')} --master-key ${data}/master.key`,
    );
    await installation.standalone.stop();

    const target = createMemoryEventStore();
    const moved = await migrate(target);
    expect(moved.code, moved.stderr).toBe(0);
    const told = json<{ source: { events: number; digest: string }; target: object; keys: { live: number } }>(
      moved,
    );
    expect(told.target).toEqual(told.source);
    expect(told.keys.live).toBeGreaterThan(0);
    await using source = await openEmbeddedLedger(at('data'));
    expect(withoutPlaces(await eventsOf(target))).toEqual(withoutPlaces(await eventsOf(source.store)));
    expect(told.source.events).toBe((await eventsOf(source.store)).length);
  });

  it('can be moved from a backup, which stays as it was', async () => {
    const events = await filledSource();
    await runHere(['backup', at('backup'), '--data-dir', at('data'), '--keys', at('keys')]);
    const before = [await readFile(at('backup')), await readFile(at('keys'))];
    const target = createMemoryEventStore();
    const words = ['--keys', at('keys'), '--master-key', at('data', 'master.key')];
    expect(await migrate(target, at('backup'), ...words)).toMatchObject({ code: 0 });
    expect(withoutPlaces(await eventsOf(target))).toEqual(withoutPlaces(events));
    expect([await readFile(at('backup')), await readFile(at('keys'))]).toEqual(before);
    expect((await readdir(directory.path)).sort()).toEqual(['backup', 'data', 'keys', 'vault']);
  });
});

describe('a migration', () => {
  it('takes live keys and the memory of destroyed ones along, for their owner’s eyes only', async () => {
    await filledSource();
    const moved = await migrate(createMemoryEventStore());
    expect(json(moved)).toMatchObject({ keys: { live: 1, destroyed: 1 } });
    for (const name of ['keys.sqlite', 'master.key'])
      expect((await stat(at('vault', name))).mode & 0o777).toBe(0o600);
    const vault = openSqliteKeyVault({
      file: at('vault', 'keys.sqlite'),
      masterKeyFile: at('vault', 'master.key'),
      createMasterKey: false,
    });
    if ('code' in vault) throw new Error(vault.detail);
    expect(await vault.list({ organization: 'acme' })).toMatchObject({ keys: { length: 2 } });
    await vault.close();
  });

  it('that was cut off goes on where it was, and may be run again', async () => {
    const events = await filledSource();
    const target = createMemoryEventStore();
    for (const { stream, version, position, ...event } of events.slice(0, 4))
      await target.append(stream, version === 1 ? 'no-stream' : version - 1, [event]).durable;
    expect(json(await migrate(target))).toMatchObject({ present: 4, copied: 3 });
    expect(json(await migrate(target))).toMatchObject({ present: 7, copied: 0 });
    expect(withoutPlaces(await eventsOf(target))).toEqual(withoutPlaces(events));
  });

  it('sends an append again whose outcome it does not know, and stores it once', async () => {
    const events = await filledSource();
    const target = createMemoryEventStore();
    let lost = 1;
    const append: EventStore['append'] = (...given) => {
      const receipt = target.append(...given);
      if (given[0] !== 'sample-b' || lost-- <= 0) return receipt;
      const unknown = receipt.durable.then(() => ({ code: 'OutcomeUnknown', detail: 'no answer' }) as const);
      return { accepted: unknown, durable: unknown };
    };
    const flaky = Object.create(target, { append: { value: append, enumerable: true } });
    expect(await migrate(flaky)).toMatchObject({ code: 0 });
    expect(withoutPlaces(await eventsOf(target))).toEqual(withoutPlaces(events));
  });

  it('copies into no store that holds anything else, and changes nothing there', async () => {
    await filledSource();
    const target = createMemoryEventStore();
    await target.append('sample-z', 'no-stream', [sampleEvent(1)]).durable;
    const refused = await migrate(target);
    expect(refused).toMatchObject({ code: 7, stdout: '' });
    expect(refused.stderr).toContain('target_not_empty');
    expect(await eventsOf(target)).toHaveLength(1);
  });

  it('into a store that a cluster has used since is refused', async () => {
    await filledSource();
    const target = createMemoryEventStore();
    await migrate(target);
    await target.append('sample-z', 'no-stream', [sampleEvent(1)]).durable;
    expect((await migrate(target)).code).toBe(7);
  });

  it('whose result is not the same in every byte ends with 1 and says which event', async () => {
    await filledSource();
    const target = createMemoryEventStore();
    let reads = 0;
    const readPage: EventStore['readPage'] = async (options) => {
      const page = await target.readPage(options);
      if (page.events.length < 7) return page;
      reads += 1;
      // The store loses a letter, after everything was copied.
      return { ...page, events: page.events.map((one, at) => (at === 5 ? { ...one, data: { n: 0 } } : one)) };
    };
    const forgetful = Object.create(target, { readPage: { value: readPage, enumerable: true } });
    const failed = await migrate(forgetful);
    expect(reads).toBeGreaterThan(0);
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    const { error } = JSON.parse(failed.stderr.trim().split('\n').at(-1)!);
    expect(error).toMatchObject({
      code: 'ledgers_differ',
      errors: [{ detail: expect.stringMatching(/^event 6, /) }],
    });
  });

  it('finds a key that seals an event and is in no vault', async () => {
    {
      await using source = await openEmbeddedLedger(at('data'));
      await source.add('sample-a', 1, { key: 'lost', ciphertext: '', digests: {} });
    }
    const failed = await migrate(createMemoryEventStore());
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('key lost seals an event');
  });

  it('parks what was parked where it stands now, and tells relays where reactors were', async () => {
    {
      await using source = await openEmbeddedLedger(at('data'));
      await fill(source);
      const parked = {
        group: 'mail.v1',
        subject: 'sample-b',
        organization: 'acme',
        parkedAt: '2026-03-01T12:00:00.000Z',
        attempts: 5,
      };
      await source.store.park({ ...parked, position: 2, error: 'no' });
      await source.store.park({ ...parked, position: 5, error: null });
      source.store.save('mail.v1', 6);
      source.store.save('evaluate.v1', 4);
    }
    const target = createMemoryEventStore();
    const server = await serve(target);
    const url = `esdb://127.0.0.1:${server.port}?tls=false`;
    // Bookkeeping in front of the copy moves every position.
    const open = async () => {
      const store = await openEventStoreDb({ url });
      if ('code' in store) throw new Error(store.detail);
      return store;
    };
    const early = await open();
    early.save('somebody.v1', 1);
    await early.close();
    await server.close();

    const moved = await migrate(target);
    const stands = (await eventsOf(target)).filter(isOfLedger);
    expect(stands[0]!.position).toBeGreaterThan(1);
    expect(json(moved)).toMatchObject({ parked: 2, relays_from: String(stands[3]!.position) });
    expect((await migrate(target)).code).toBe(0);

    const again = await serve(target);
    const store = await openEventStoreDb({ url: `esdb://127.0.0.1:${again.port}?tls=false` });
    if ('code' in store) throw new Error(store.detail);
    expect((await store.list()).map(({ position, error }) => [position, error])).toEqual([
      [stands[1]!.position, 'no'],
      [stands[4]!.position, null],
    ]);
    const [left] = await store.read('lease-relay.gateway');
    expect(left?.data).toMatchObject({ released: true, kept: { position: stands[3]!.position } });
    await store.close();
    await again.close();
  });

  it('says what is missing before it begins', async () => {
    expect((await migrate(createMemoryEventStore(), at('nowhere'))).code).toBe(2);
    await filledSource();
    const unreachable = ['--eventstore', 'esdb://127.0.0.1:1?tls=false', '--vault', at('vault')];
    expect((await runHere(['migrate', at('data'), ...unreachable])).code).toBe(4);
    expect((await runHere(['migrate', at('data')])).code).toBe(2);
  });
});
