import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryEventStore } from '../memory/index.ts';
import { createKeyedQueue } from './keyed-queue.ts';
import { commanded, counting, plain } from './testing/counter.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('commands to one stream', () => {
  it('are handled in the order of the calls, however long sealing takes', async () => {
    const store = createMemoryEventStore();
    let delay = 20;
    const handler = counting(store, {
      async seal(stream, events, metadata) {
        delay -= 1;
        for (let turns = 0; turns < delay; turns += 1) await turn();
        return plain(stream, events, metadata);
      },
    });
    const ids = Array.from({ length: 20 }, (_, index) => `${index}`);
    const handled = await Promise.all(
      ids.map((id) => handler.handle('counter-1', { id, by: 1 }, commanded(id))),
    );
    expect(handled.map((each) => each.kind === 'handled' && each.version)).toEqual(ids.map((_, i) => i + 1));
    expect((await handler.load('counter-1')).state.counted).toEqual(ids);
  });

  it('go on after one whose sealing failed', async () => {
    const handler = counting(createMemoryEventStore(), {
      seal(stream, events, metadata) {
        if (metadata.eventId(0) === 'bad/0') throw new Error('no key');
        return plain(stream, events, metadata);
      },
    });
    const bad = handler.handle('counter-1', { id: 'bad', by: 1 }, commanded('bad'));
    const good = handler.handle('counter-1', { id: 'good', by: 1 }, commanded('good'));
    await expect(bad).rejects.toThrow('no key');
    expect(await good).toMatchObject({ kind: 'handled', version: 1 });
  });

  it('do not wait for other streams', async () => {
    const gate = Promise.withResolvers<void>();
    const handler = counting(createMemoryEventStore(), {
      async seal(stream, events, metadata) {
        if (stream === 'counter-slow') await gate.promise;
        return plain(stream, events, metadata);
      },
    });
    const slow = handler.handle('counter-slow', { id: 'a', by: 1 }, commanded('a'));
    expect(await handler.handle('counter-2', { id: 'b', by: 1 }, commanded('b'))).toMatchObject({
      version: 1,
    });
    gate.resolve();
    expect(await slow).toMatchObject({ version: 1 });
  });
});

describe('the cache of states', () => {
  it('never goes back behind a command that ran during a load', async () => {
    const store = createMemoryEventStore();
    await counting(store).handle('counter-1', { id: 'a', by: 1 }, commanded('a'));
    const slowly = Promise.withResolvers<void>();
    let reads = 0;
    const handler = counting({
      ...store,
      async read(stream, options) {
        const events = await store.read(stream, options);
        reads += 1;
        if (reads === 1) await slowly.promise;
        return events;
      },
    });
    const loading = handler.load('counter-1');
    await handler.handle('counter-1', { id: 'b', by: 1 }, commanded('b'));
    slowly.resolve();
    expect(await loading).toMatchObject({ version: 2 });
    expect(await handler.load('counter-1')).toMatchObject({ version: 2 });
  });

  it('changes no answer by its bound', async () => {
    const command = fc.record({ stream: fc.nat(4), id: fc.nat(8), by: fc.integer({ min: 1, max: 60 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 40 }), async (program) => {
        const answers = async (cachedStates: number) => {
          const store = createMemoryEventStore();
          const handler = counting(store, { cachedStates });
          const handled = [];
          for (const { stream, id, by } of program) {
            const { durable: _, ...answer } = {
              durable: null,
              ...(await handler.handle(`counter-${stream}`, { id: `${id}`, by }, commanded(`${id}/${by}`))),
            };
            handled.push(answer);
          }
          return { handled, stored: (await store.readPage({ limit: 1_000 })).events };
        };
        expect(await answers(1)).toEqual(await answers(1_000));
      }),
      { numRuns: 50 },
    );
  });
});

describe('a keyed queue', () => {
  it('runs tasks of a key one after another, failed ones too, and those of others beside them', async () => {
    const inOrder = createKeyedQueue();
    const log: string[] = [];
    const task =
      (name: string, fails = false) =>
      async () => {
        log.push(`${name} starts`);
        await turn();
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };
    const results = await Promise.allSettled([
      inOrder('x', task('x1', true)),
      inOrder('x', task('x2')),
      inOrder('y', task('y1')),
    ]);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(log.slice(0, 2)).toEqual(['x1 starts', 'y1 starts']);
    expect(log.indexOf('x2 starts')).toBeGreaterThan(log.indexOf('x1 ends'));
  });
});
