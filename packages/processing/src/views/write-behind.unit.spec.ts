import { describe, expect, it } from 'vitest';
import { ordersView } from '../testing/shop-views.ts';
import { createWriteBehind } from './write-behind.ts';

/** A write-behind whose commits wait until the spec lets them go on. */
function slowWrites() {
  const orders = ordersView();
  const commits: { keys: string[]; checkpoint: number; finish: () => void }[] = [];
  let position = 0;
  let running = 0;
  let most = 0;
  const writing = createWriteBehind({
    group: 'g',
    store: { whenDurable: async () => {} },
    views: {
      async commit(_group, writes, checkpoint) {
        running += 1;
        most = Math.max(most, running);
        await new Promise<void>((finish) =>
          commits.push({ keys: writes.map(({ key }) => key), checkpoint, finish }),
        );
        running -= 1;
      },
    },
    projections: [orders],
    applied: () => position,
    checkpoint: 0,
  });
  return {
    writing,
    commits,
    mostAtOnce: () => most,
    apply(key: string) {
      position += 1;
      orders.table.put(key, { owner: 'ann', paid: 0, position });
    },
    async finishNext(count: number) {
      while (commits.length < count) await new Promise((resolve) => setImmediate(resolve));
      commits[count - 1]?.finish();
    },
  };
}

describe('write behind', () => {
  it('writes nothing when nothing was applied', async () => {
    const { writing, commits } = slowWrites();
    await writing.flush();
    expect(commits).toEqual([]);
  });

  it('puts all that is applied during a write into the next one, however many ask', async () => {
    const { writing, commits, apply, finishNext } = slowWrites();
    apply('a');
    const first = writing.flush();
    apply('b');
    const later = [writing.flush(), writing.flush()];
    apply('c');
    later.push(writing.flush());
    await finishNext(1);
    await first;
    expect(writing.written()).toBe(1);
    await finishNext(2);
    await Promise.all(later);
    expect(commits.map(({ keys, checkpoint }) => [keys, checkpoint])).toEqual([
      [['a'], 1],
      [['b', 'c'], 3],
    ]);
    expect(writing.written()).toBe(3);
  });

  it('never runs two writes at once, even if one is asked for in the moment that another ends', async () => {
    const { writing, apply, finishNext, mostAtOnce } = slowWrites();
    apply('a');
    const first = writing.flush();
    const inTheGap = first.then(() => {
      apply('c');
      return writing.flush();
    });
    apply('b');
    const queued = writing.flush();
    await finishNext(1);
    await first;
    await finishNext(2);
    await Promise.all([inTheGap, queued]);
    expect(mostAtOnce()).toBe(1);
    expect(writing.written()).toBe(3);
  });

  it('rejects everything after a failure', async () => {
    const orders = ordersView();
    const writing = createWriteBehind({
      group: 'g',
      store: { whenDurable: () => Promise.reject(new Error('the disk is gone')) },
      views: { commit: async () => {} },
      projections: [orders],
      applied: () => 1,
      checkpoint: 0,
    });
    const both = [writing.flush(), writing.flush()];
    for (const flushed of both) await expect(flushed).rejects.toThrow('the disk is gone');
    await expect(writing.flush()).rejects.toThrow('the disk is gone');
    expect((await writing.failed).message).toBe('the disk is gone');
    expect(writing.written()).toBe(0);
  });
});
