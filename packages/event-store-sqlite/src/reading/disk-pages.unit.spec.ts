import { describe, expect, it } from 'vitest';
import type { Column } from '../threads/protocol.ts';
import type { ReaderThread } from '../threads/reader-thread.ts';
import { createDiskPages, PAGE_EVENTS as PAGE } from './disk-pages.ts';

/** Answers page requests out of a ledger of `length` events whose streams alternate between two categories. */
function countingReader(length: number, perReply = PAGE) {
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
    const { reader, ranges } = countingReader(PAGE);
    const pages = createDiskPages(reader);
    const [one, other] = await Promise.all([pages.load(0, PAGE), pages.load(0, PAGE)]);
    expect(ranges).toEqual([[0, PAGE]]);
    const [events, again] = [one, other].map((page) => page.batch(0, PAGE, null, PAGE).events);
    expect(events).toHaveLength(PAGE);
    expect(again?.every((event, index) => event === events?.[index])).toBe(true);
  });

  it('end at common borders, so that different starts soon meet', async () => {
    const { reader, ranges } = countingReader(2_000);
    const pages = createDiskPages(reader);
    expect((await pages.load(100, 2_000)).until).toBe(PAGE);
    expect((await pages.load(200, 2_000)).until).toBe(PAGE);
    await pages.load(PAGE, 2_000);
    await settle();
    expect(ranges.filter(([after]) => after === PAGE)).toHaveLength(1);
  });

  it('are read one ahead', async () => {
    const { reader, ranges } = countingReader(2_000);
    await createDiskPages(reader).load(0, 2_000);
    await settle();
    expect(ranges).toEqual([
      [0, PAGE],
      [PAGE, 2 * PAGE],
    ]);
  });

  it('that end where the ledger ended are read again when there is more', async () => {
    const { reader } = countingReader(1_000);
    const pages = createDiskPages(reader);
    expect((await pages.load(PAGE, PAGE + 100)).until).toBe(PAGE + 100);
    expect((await pages.load(PAGE, 1_000)).until).toBe(2 * PAGE);
  });

  it('that end early because their events are large go on where they ended', async () => {
    const { reader, ranges } = countingReader(PAGE, 100);
    const pages = createDiskPages(reader);
    expect((await pages.load(0, PAGE)).until).toBe(100);
    expect((await pages.load(100, PAGE)).until).toBe(200);
    expect((await pages.load(200, PAGE)).until).toBe(PAGE);
    expect(ranges).toHaveLength(3);
  });

  it('give the events of a range of positions, filtered by category, as many as are taken at a time', async () => {
    const { reader } = countingReader(PAGE);
    const page = await createDiskPages(reader).load(0, PAGE);
    const odd = new Set(['odd']);
    const shown = (limit: number) => {
      const { events, position } = page.batch(10, 16, odd, limit);
      return { positions: events.map((event) => event.position), position };
    };
    expect(shown(9)).toEqual({ positions: [11, 13, 15], position: 16 });
    // Who takes fewer goes on after the last of them.
    expect(shown(2)).toEqual({ positions: [11, 13], position: 13 });
  });

  it('that failed are tried again', async () => {
    const { reader } = countingReader(PAGE);
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
    await expect(pages.load(0, PAGE)).rejects.toThrow('EIO');
    expect((await pages.load(0, PAGE)).until).toBe(PAGE);
  });
});
