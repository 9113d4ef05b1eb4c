import { describe, expect, it } from 'vitest';
import { DUE_LIMIT, type DueSource, startDueLoop } from './due-loop.ts';

const NEVER_MS = 1_000_000_000;

/** Deadlines in memory: firing an item takes it out, as its event takes it out of the view. */
function deadlines(due: Map<string, number>) {
  const fired: string[] = [];
  const source: DueSource<string> = {
    async find(nowMs, limit) {
      return [...due]
        .filter(([, at]) => at <= nowMs)
        .sort((a, b) => a[1] - b[1])
        .slice(0, limit)
        .map(([id]) => id);
    },
    async fire(id) {
      fired.push(id);
      due.delete(id);
      return { kind: 'handled' };
    },
  };
  return { fired, source };
}

const unexpected = (error: Error) => expect.unreachable(error.message);

describe('due loop', () => {
  it('fires what is due, oldest first, and nothing before its time', async () => {
    const { source, fired } = deadlines(
      new Map([
        ['b', 20],
        ['a', 10],
        ['c', 30],
      ]),
    );
    let now = 20;
    const loop = startDueLoop({ source, now: () => now, onError: unexpected, everyMs: NEVER_MS });
    expect(await loop.tick()).toBe(2);
    expect(fired).toEqual(['a', 'b']);
    now = 1_000_000;
    expect(await loop.tick()).toBe(1);
    expect(fired).toEqual(['a', 'b', 'c']);
    await loop.close();
  });

  it('passes the time that it looked at', async () => {
    const times: number[] = [];
    const source: DueSource<number> = {
      find: async (nowMs) => [nowMs],
      fire: async (_item, nowMs) => void times.push(nowMs),
    };
    const loop = startDueLoop({ source, now: () => 42, onError: unexpected, everyMs: NEVER_MS });
    await loop.tick();
    expect(times).toEqual([42]);
    await loop.close();
  });

  it('looks by itself', async () => {
    const fired = Promise.withResolvers<string>();
    const source: DueSource<string> = {
      find: async () => ['a'],
      fire: async (item) => void fired.resolve(item),
    };
    const loop = startDueLoop({ source, now: () => 0, onError: unexpected, everyMs: 1 });
    expect(await fired.promise).toBe('a');
    await loop.close();
  });

  it('works off more than a page without waiting for the next interval', async () => {
    const due = new Map(Array.from({ length: 3 * DUE_LIMIT + 1 }, (_, i) => [`item-${i}`, i]));
    const { source, fired } = deadlines(due);
    const all = Promise.withResolvers<void>();
    const watched: DueSource<string> = {
      ...source,
      async fire(id, nowMs) {
        const done = await source.fire(id, nowMs);
        if (fired.length === 3 * DUE_LIMIT) all.resolve();
        return done;
      },
    };
    const loop = startDueLoop({ source: watched, now: () => 10_000, onError: unexpected, everyMs: 1 });
    await all.promise;
    await loop.close();
    expect(new Set(fired).size).toBe(fired.length);
  });

  it('reports an item that fails, fires the others, and finds it again', async () => {
    const { source, fired } = deadlines(
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    );
    const errors: string[] = [];
    let broken = true;
    const failing: DueSource<string> = {
      ...source,
      async fire(id, nowMs) {
        if (broken && id === 'a') throw new Error('a can not be fired');
        return source.fire(id, nowMs);
      },
    };
    const loop = startDueLoop({
      source: failing,
      now: () => 5,
      onError: (error) => errors.push(error.message),
      everyMs: NEVER_MS,
    });
    expect(await loop.tick()).toBe(1);
    expect(fired).toEqual(['b']);
    expect(errors).toEqual(['a can not be fired']);
    broken = false;
    expect(await loop.tick()).toBe(1);
    expect(fired).toEqual(['b', 'a']);
    await loop.close();
  });

  it('reports once in a look what the store did not take, counts none of it, and finds it again', async () => {
    const errors: string[] = [];
    const error = { code: 'StoreUnavailable', reason: 'unreachable', detail: 'no answer' } as const;
    const source: DueSource<string> = {
      find: async () => ['a', 'b', 'c'],
      fire: async (item) => (item === 'b' ? { kind: 'rejected' } : { kind: 'failed', error }),
    };
    const onError = ({ message }: Error) => errors.push(message);
    const loop = startDueLoop({ source, now: () => 5, onError, everyMs: NEVER_MS });
    expect([await loop.tick(), await loop.tick()]).toEqual([1, 1]);
    expect(errors).toEqual([expect.stringContaining('no answer'), expect.stringContaining('no answer')]);
    await loop.close();
  });

  it('reports a look that fails, and looks again', async () => {
    const errors: string[] = [];
    const recovered = Promise.withResolvers<void>();
    let looks = 0;
    const source: DueSource<string> = {
      async find() {
        looks += 1;
        if (looks < 3) throw new Error('the view store is busy');
        return ['a'];
      },
      fire: async () => void recovered.resolve(),
    };
    const loop = startDueLoop({
      source,
      now: () => 0,
      onError: (error) => errors.push(error.message),
      everyMs: 1,
    });
    await recovered.promise;
    await loop.close();
    expect(errors).toEqual(['the view store is busy', 'the view store is busy']);
  });

  it('waits at the close for what is being fired, and fires nothing afterwards', async () => {
    const entered = Promise.withResolvers<void>();
    const leave = Promise.withResolvers<void>();
    const order: string[] = [];
    const source: DueSource<string> = {
      find: async () => ['a'],
      async fire(item) {
        entered.resolve();
        await leave.promise;
        order.push(item);
        return undefined;
      },
    };
    const loop = startDueLoop({ source, now: () => 0, onError: unexpected, everyMs: NEVER_MS });
    const ticking = loop.tick();
    await entered.promise;
    const closing = loop.close().then(() => order.push('closed'));
    leave.resolve();
    await Promise.all([ticking, closing]);
    expect(await loop.tick()).toBe(0);
    expect(order).toEqual(['a', 'closed']);
  });
});
