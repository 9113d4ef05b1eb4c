import { describe, expect, it } from 'vitest';
import { createTurns } from './turns.ts';

/** A piece of work that ends when the test says so. */
function work(log: string[], name: string) {
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const run = async () => {
    log.push(`${name} begins`);
    await ended;
    log.push(`${name} ends`);
  };
  return { run, end };
}

describe('createTurns', () => {
  it('lets the work of one key happen in order, and that of others at once', async () => {
    const log: string[] = [];
    const turns = createTurns();
    const [a, b, other] = [work(log, 'a'), work(log, 'b'), work(log, 'other')];
    const all = [
      turns.take('k', undefined, a.run),
      turns.take('k', undefined, b.run),
      turns.take('l', undefined, other.run),
    ];
    other.end();
    await all[2];
    b.end();
    a.end();
    await Promise.all(all);
    expect(log).toEqual(['a begins', 'other begins', 'other ends', 'a ends', 'b begins', 'b ends']);
  });

  it('goes on after work that fails', async () => {
    const turns = createTurns();
    const failing = turns.take('k', undefined, () => Promise.reject(new Error('broken')));
    const next = turns.take('k', undefined, async () => 'done');
    await expect(failing).rejects.toThrow('broken');
    expect(await next).toBe('done');
  });

  it('does not let a third one pass when the second gives up waiting', async () => {
    const log: string[] = [];
    const turns = createTurns();
    const first = work(log, 'first');
    const third = work(log, 'third');
    const giveUp = new AbortController();
    const a = turns.take('k', undefined, first.run);
    const b = turns.take('k', giveUp.signal, async () => log.push('second gave up'));
    giveUp.abort();
    await b;
    const c = turns.take('k', undefined, third.run);
    third.end();
    first.end();
    await Promise.all([a, c]);
    expect(log).toEqual(['first begins', 'second gave up', 'first ends', 'third begins', 'third ends']);
  });
});
