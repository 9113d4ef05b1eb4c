import type { Message } from '@countersign/message-bus';
import { describe, expect, it } from 'vitest';
import { nameOf as name, reactTo } from '../testing/react-to.ts';
import { openShop } from '../testing/shop.ts';
import { DONE, type ReactionOutcome } from './outcome.ts';
import { MAX_OUTSTANDING } from './reactor.ts';

describe('reactor', () => {
  it('handles messages of one subject one after another, and of several side by side', async () => {
    const shop = openShop();
    const started: string[] = [];
    const open = new Map<string, () => void>();
    const reactor = await reactTo(shop, async (message) => {
      started.push(name(message));
      await new Promise<void>((resolve) => open.set(name(message), resolve));
      return DONE;
    });
    for (const id of ['a', 'a', 'b', 'a', 'c']) await shop.add('order.placed', id);
    await shop.add('remark.made', 'x');
    while (started.length < 3) await new Promise((resolve) => setImmediate(resolve));
    expect(started).toEqual(['a1', 'b1', 'c1']);
    expect(reactor.outstanding()).toBe(5);
    open.get('c1')?.();
    open.get('a1')?.();
    while (!open.has('a2')) await new Promise((resolve) => setImmediate(resolve));
    expect(started).toEqual(['a1', 'b1', 'c1', 'a2']);
    open.get('a2')?.();
    while (!open.has('a3')) await new Promise((resolve) => setImmediate(resolve));
    open.get('b1')?.();
    open.get('a3')?.();
    await reactor.reached(6);
    expect(reactor.position()).toBe(6);
    expect(reactor.outstanding()).toBe(0);
    await reactor.close();
  });

  it('resumes behind what was handled', async () => {
    const shop = openShop();
    const handled: string[] = [];
    const handle = (message: Message): ReactionOutcome => {
      handled.push(name(message));
      return DONE;
    };
    const first = await reactTo(shop, handle);
    await shop.add('order.placed', 'a');
    await first.reached(1);
    await first.close();
    expect(await first.ended).toBeNull();
    await shop.add('order.placed', 'b');
    const restarted = shop.restart();
    const second = await reactTo(restarted, handle);
    await second.reached(2);
    expect(handled).toEqual(['a1', 'b1']);
    await second.close();
  });

  it('waits for the state that a message must find', async () => {
    const shop = openShop();
    const seen = Promise.withResolvers<void>();
    const asked: number[] = [];
    const handled: string[] = [];
    const behind = (position: number) => {
      asked.push(position);
      return position === 1 ? seen.promise : undefined;
    };
    const handle = (message: Message): ReactionOutcome => {
      handled.push(name(message));
      return DONE;
    };
    await shop.add('order.placed', 'a');
    const reactor = await reactTo(shop, handle, { behind });
    while (asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(handled).toEqual([]);
    seen.resolve();
    await reactor.reached(1);
    expect(handled).toEqual(['a1']);
    await reactor.close();
  });

  it('takes no more than its bound, and goes on when some have finished', async () => {
    const shop = openShop();
    const open: (() => void)[] = [];
    const handle = () => new Promise<ReactionOutcome>((resolve) => open.push(() => resolve(DONE)));
    const total = MAX_OUTSTANDING + 2_000;
    for (let i = 0; i < total; i += 1) await shop.add('order.placed', `o${i}`);
    const reactor = await reactTo(shop, handle);
    while (reactor.outstanding() < MAX_OUTSTANDING) await new Promise((resolve) => setImmediate(resolve));
    const reference = await reactTo(shop, () => DONE, { group: 'shop.reference.v1' });
    await reference.reached(total);
    expect(reactor.outstanding()).toBeLessThan(MAX_OUTSTANDING + 500);
    expect(open.length).toBe(reactor.outstanding());
    while (reactor.position() < total) {
      for (const finish of open.splice(0)) finish();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(reactor.outstanding()).toBe(0);
    await Promise.all([reactor.close(), reference.close()]);
  });

  it('ends when a message can be neither handled nor parked, and handles nothing behind it', async () => {
    const shop = openShop();
    const handled: string[] = [];
    const parking = {
      ...shop.checkpoints,
      park: () => {
        throw new Error('no room to park');
      },
    };
    const handle = (message: Message): ReactionOutcome => {
      handled.push(name(message));
      throw new Error('poisoned');
    };
    await shop.add('order.placed', 'a');
    await shop.add('order.paid', 'a');
    const reactor = await reactTo(shop, handle, { parking });
    expect((await reactor.ended)?.message).toBe('no room to park');
    expect(handled).toEqual(['a1']);
    expect(reactor.position()).toBe(0);
    await reactor.close();
  });
});
