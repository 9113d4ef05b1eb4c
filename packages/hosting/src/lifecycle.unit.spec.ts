import type { Following, ProcessViews, Running, Service } from '@countersign/service';
import { describe, expect, it } from 'vitest';
import { createLifecycle } from './lifecycle.ts';

/** A lifecycle of one service whose parts end and catch up when a test says so. */
function parts(firstStart?: PromiseWithResolvers<void>) {
  const log: string[] = [];
  const caughtUp = Promise.withResolvers<void>();
  const followed = Promise.withResolvers<Error | null>();
  const reactor = Promise.withResolvers<Error | null>();
  const ledger = Promise.withResolvers<Error>();
  const views = Promise.withResolvers<Error>();
  const following = {
    caughtUp: caughtUp.promise,
    ended: followed.promise,
    async close() {
      log.push('state closed');
      caughtUp.reject(new Error('closed before it had caught up'));
      followed.resolve(null);
    },
  } as Following;
  const running = {
    reactors: [
      { group: 'a.b.v1', ended: reactor.promise, close: async () => void log.push('reactor closed') },
    ],
    dueLoops: [{ tick: async () => 0, close: async () => void log.push('timer closed') }],
  } as unknown as Running;
  const service = {
    name: 'a',
    following: [following],
    async start() {
      log.push('reactions started');
      return running;
    },
  } as Partial<Service> as Service;
  const lifecycle = createLifecycle({
    group: 'views.v1',
    store: { failed: ledger.promise },
    views: {
      start: async () => void log.push('views started'),
      caughtUp: Promise.resolve(),
      failed: views.promise,
    } as Partial<ProcessViews> as ProcessViews,
    services: [service],
    async afterStart() {
      log.push('first start');
      await firstStart?.promise;
    },
  });
  return { lifecycle, log, caughtUp, followed, reactor, ledger, views, firstStart };
}

describe('a start', () => {
  it('rebuilds everything before anything reacts, and is open after the first start', async () => {
    const { lifecycle, log, caughtUp } = parts();
    const starting = lifecycle.start();
    await new Promise(setImmediate);
    expect(log).toEqual(['views started']);
    expect([lifecycle.isStarted(), lifecycle.reactors()]).toEqual([false, []]);
    caughtUp.resolve();
    await starting;
    expect(log).toEqual(['views started', 'reactions started', 'first start']);
    expect(lifecycle.isStarted()).toBe(true);
    expect(lifecycle.reactors().map(({ group }) => group)).toEqual(['a.b.v1']);
  });

  it('that is given up begins nothing more, and rejects', async () => {
    const { lifecycle, log } = parts();
    const starting = lifecycle.start();
    const rejected = expect(starting).rejects.toThrow('closed before it had caught up');
    await lifecycle.close();
    await rejected;
    expect(log).not.toContain('reactions started');
    expect(lifecycle.isStarted()).toBe(false);
  });
});

describe('an end', () => {
  it('in the middle of the first start lets that come to its end, with the state that it needs', async () => {
    const { lifecycle, log, caughtUp, firstStart } = parts(Promise.withResolvers<void>());
    caughtUp.resolve();
    const starting = lifecycle.start();
    await new Promise(setImmediate);
    expect(log.at(-1)).toBe('first start');
    const closing = lifecycle.close();
    await new Promise(setImmediate);
    expect(log).not.toContain('state closed');
    firstStart?.resolve();
    await Promise.all([starting, closing]);
    expect(log.slice(-3)).toEqual(['timer closed', 'reactor closed', 'state closed']);
  });

  it('is in order: timers, reactions, state', async () => {
    const { lifecycle, log, caughtUp } = parts();
    caughtUp.resolve();
    await lifecycle.start();
    log.length = 0;
    await lifecycle.close();
    expect(log).toEqual(['timer closed', 'reactor closed', 'state closed']);
    expect(lifecycle.stopped()).toEqual([]);
  });

  it.each<[string, string, (of: ReturnType<typeof parts>, error: Error) => void]>([
    ['a reactor', 'a.b.v1', ({ reactor }, error) => reactor.resolve(error)],
    ['followed state', 'a', ({ followed }, error) => followed.resolve(error)],
    ['the ledger', 'ledger', ({ ledger }, error) => ledger.resolve(error)],
    ['the views', 'views', ({ views }, error) => views.resolve(error)],
  ])('of %s by an error is told, with its cause', async (_, name, end) => {
    const all = parts();
    all.caughtUp.resolve();
    await all.lifecycle.start();
    const cause = new Error('the disk is full');
    end(all, cause);
    const error = await all.lifecycle.failed;
    expect(error).toMatchObject({ message: `${name} has stopped`, cause });
    expect(all.lifecycle.stopped()).toEqual([name]);
  });
});
