import { describe, expect, it } from 'vitest';
import type { Column } from '../threads/protocol.ts';
import type { ReaderThread } from '../threads/reader-thread.ts';
import { createDiskPages } from './disk-pages.ts';

/** Answers page requests out of a ledger of `length` events whose streams alternate between two categories. */
function countingReader(length: number, perReply = 512) {
  const ranges: [number, number][] = [];
  const read = async (request: { kind: string; after?: number; until?: number }) => {
    const { after = 0, until = 0 } = request;
    const looked = Math.min(until, length, after + perReply);
    ranges.push([after, looked]);
    const columns: Column[] = [];
    for (let position = after + 1; position <= looked; position += 1) {
      const category = position % 2 ? 'odd' : 'even';
      columns.push(
        position,
        `${category}-${position}`,
        1,
        `${position}`,
        'a',
        'acme',
        '{"time":"t","data":{}}',
      );
    }
    return { columns, looked, more: looked < until };
  };
  return { reader: { read, close: async () => {} } as unknown as ReaderThread, ranges };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('pages from disk', () => {
  it('are read once and decoded once for all who catch up together', async () => {
    const { reader, ranges } = countingReader(512);
    const pages = createDiskPages(reader);
    const [one, other] = await Promise.all([pages.load(0, 512), pages.load(0, 512)]);
    expect(ranges).toEqual([[0, 512]]);
    const [events, again] = [one, other].map((page) => page.events(0, 512, null));
    expect(events).toHaveLength(512);
    expect(again?.every((event, index) => event === events?.[index])).toBe(true);
  });

  it('end at common borders, so that different starts soon meet', async () => {
    const { reader, ranges } = countingReader(2_000);
    const pages = createDiskPages(reader);
    expect((await pages.load(100, 2_000)).until).toBe(512);
    expect((await pages.load(300, 2_000)).until).toBe(512);
    await pages.load(512, 2_000);
    await settle();
    expect(ranges.filter(([after]) => after === 512)).toHaveLength(1);
  });

  it('are read one ahead', async () => {
    const { reader, ranges } = countingReader(2_000);
    await createDiskPages(reader).load(0, 2_000);
    await settle();
    expect(ranges).toEqual([
      [0, 512],
      [512, 1_024],
    ]);
  });

  it('that end where the ledger ended are read again when there is more', async () => {
    const { reader } = countingReader(1_000);
    const pages = createDiskPages(reader);
    expect((await pages.load(512, 700)).until).toBe(700);
    expect((await pages.load(512, 1_000)).until).toBe(1_000);
  });

  it('that end early because their events are large go on where they ended', async () => {
    const { reader, ranges } = countingReader(512, 200);
    const pages = createDiskPages(reader);
    expect((await pages.load(0, 512)).until).toBe(200);
    expect((await pages.load(200, 512)).until).toBe(400);
    expect((await pages.load(400, 512)).until).toBe(512);
    expect(ranges).toHaveLength(3);
  });

  it('give a range of positions, filtered by category', async () => {
    const { reader } = countingReader(512);
    const page = await createDiskPages(reader).load(0, 512);
    const events = page.events(10, 15, new Set(['odd']));
    expect(events.map((event) => event.position)).toEqual([11, 13, 15]);
  });

  it('that failed are tried again', async () => {
    const { reader } = countingReader(512);
    let fails = true;
    const flaky: ReaderThread = {
      ...reader,
      read(request) {
        if (!fails) return reader.read(request);
        fails = false;
        return Promise.reject(new Error('EIO'));
      },
    };
    const pages = createDiskPages(flaky);
    await expect(pages.load(0, 512)).rejects.toThrow('EIO');
    expect((await pages.load(0, 512)).until).toBe(512);
  });
});
