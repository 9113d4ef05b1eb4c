import { existsSync, statSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { ledgerFile } from './options.ts';
import { openSqliteEventStore, type SqliteEventStore } from './sqlite-event-store.ts';
import { startProgram } from './testing/child-process.ts';
import { newDirectory, openLedger, removeDirectory } from './testing/open-ledger.ts';

const metadata = (id: string) => ({ id, time: '2026-03-01T12:00:00.000Z', organization: 'acme' });

/** Appends until the store refuses; gives the streams that it acknowledged and the last answer. */
async function fill(store: SqliteEventStore) {
  const acknowledged: string[] = [];
  for (let count = 1; count < 10_000; count += 1) {
    const stream = `filling-${String(count).padStart(6, '0')}` as const;
    const event = { type: 'filled', data: { text: 'x'.repeat(10_000) }, metadata: metadata(stream) };
    const result = await store.append(stream, 'no-stream', [event]).durable;
    if ('code' in result) return { acknowledged, refused: result };
    acknowledged.push(stream);
  }
  throw new Error('the disk was never full');
}

describe('a full disk', () => {
  const directory = newDirectory();
  afterEach(() => removeDirectory(directory));

  it('fails the store with a clear error and keeps everything acknowledged', async () => {
    const store = await openLedger({ directory, maxDatabaseBytes: 512 * 1024 });
    const { acknowledged, refused } = await fill(store);
    expect(acknowledged.length).toBeGreaterThan(10);
    expect(refused).toMatchObject({ code: 'OutcomeUnknown' });
    const failure = await store.failed;
    expect(failure).toMatchObject({ code: 'DiskFull' });
    expect(failure.message).toMatch(/disk is full.*free disk space/);
    expect(await fill(store)).toMatchObject({
      acknowledged: [],
      refused: { code: 'StoreUnavailable', reason: 'failed' },
    });
    await store.close();

    const reopened = await openLedger({ directory });
    for (const stream of acknowledged) expect(await reopened.read(stream)).toHaveLength(1);
    expect(reopened.durablePosition).toBe(acknowledged.length);
    await reopened.close();
  });

  it('is told at the start when not even the tables fit', async () => {
    const refused = await openSqliteEventStore({ directory, maxDatabaseBytes: 4096 });
    expect(refused).toMatchObject({ code: 'DiskFull', directory });
    await (await openLedger({ directory })).close();
  });
});

describe('a batch larger than the whole backlog may be', () => {
  const directory = newDirectory();
  afterEach(() => removeDirectory(directory));

  it('is refused for good, before it fills the memory', async () => {
    const store = await openLedger({ directory, maxBacklogBytes: 50_000 });
    const events = Array.from({ length: 6 }, (_, index) => ({
      type: 'filled',
      data: { text: 'x'.repeat(10_000) },
      metadata: metadata(`${index}`),
    }));
    const refused = await store.append('large-1', 'no-stream', events).durable;
    expect(refused).toMatchObject({ code: 'EventTooLarge', limit: 50_000 });
    expect(await store.append('large-1', 'no-stream', events.slice(0, 4)).durable).toMatchObject({
      version: 4,
    });
    await store.close();
  });
});

describe('an operating system that refuses to write', () => {
  const directory = newDirectory();
  afterEach(() => removeDirectory(directory));

  it('fails the store; what was acknowledged is there when it is started again', async () => {
    const maxFileBytes = 400 * 1024;
    const child = startProgram('append', [directory], { maxFileBytes });
    const lines = await child.rest();
    const durable = lines.filter((line) => line.startsWith('durable '));
    expect(durable.length).toBeGreaterThan(0);
    expect(lines.filter((line) => line.startsWith('failed '))).toHaveLength(1);
    expect(lines.find((line) => line.startsWith('failed '))).toMatch(/can't be written/);
    expect(lines.filter((line) => line.endsWith('StoreUnavailable failed')).length).toBeGreaterThan(0);
    expect(existsSync(ledgerFile(directory))).toBe(true);
    expect(statSync(ledgerFile(directory)).size).toBeLessThanOrEqual(maxFileBytes);

    const store = await openLedger({ directory });
    const { events } = await store.readPage({ limit: 100_000 });
    const numbers = new Set(events.map((event) => event.data.number));
    for (const line of durable) expect(numbers).toContain(Number(line.split(' ')[1]));
    await store.close();
  });
});
