import { createProgress, type Failure, type Message } from '@countersign/message-bus';
import { describe, expect, it } from 'vitest';
import { createManualWait } from '../testing/manual-wait.ts';
import { nameOf, reactTo } from '../testing/react-to.ts';
import { openShop } from '../testing/shop.ts';
import { DONE } from './outcome.ts';
import type { ReactorOptions } from './reactor.ts';

/** Further than any ledger goes. */
const NOWHERE = Number.MAX_SAFE_INTEGER;

/** A reactor over a bus that carries messages past the ledger: before the first real one comes one that stands nowhere. */
async function reactBehind(more: Partial<ReactorOptions>) {
  const shop = openShop();
  const handled: string[] = [];
  const putAside: [number, Failure['code']][] = [];
  const bus: ReactorOptions['bus'] = {
    ...shop.bus,
    stands: async (position) => position <= shop.store.acceptedPosition,
    consume: (options, consumer) =>
      shop.bus.consume(options, (messages, settle, park) => {
        const [first] = messages as readonly [Message];
        const forged = first.sequence === 1 ? [{ ...first, position: NOWHERE, sequence: 9 }] : [];
        return consumer([...forged, ...messages], settle, (message, failure) => {
          putAside.push([message.position, failure.code]);
          if (message.position !== NOWHERE) park(message, failure);
        });
      }),
  };
  const handle = (message: Message) => {
    handled.push(nameOf(message));
    return DONE;
  };
  const reactor = await reactTo({ ...shop, bus }, handle, more);
  return { shop, reactor, handled, putAside };
}

describe('a message behind the end of the ledger', () => {
  it('is put aside when state does not come to it, and holds up nothing: not its subject either', async () => {
    const clock = createManualWait();
    const state = createProgress(0);
    const stage = await reactBehind({ ...clock, behind: state.reached });
    const last = await stage.shop.add('order.placed', 'a');
    await clock.waiting();
    expect([stage.handled, stage.putAside]).toEqual([[], []]);
    state.advance(last);
    await clock.pass();
    await stage.reactor.reached(last);
    expect(stage.putAside).toEqual([[NOWHERE, 'not_in_ledger']]);
    expect(stage.handled).toEqual(['a1']);
    expect(await stage.reactor.parked()).toEqual([]);
    const next = await stage.shop.add('order.paid', 'a');
    state.advance(next);
    await stage.reactor.reached(next);
    expect(stage.handled).toEqual(['a1', 'a2']);
    await stage.reactor.close();
  });

  it('is put aside at once where no state is waited for', async () => {
    const stage = await reactBehind({});
    await stage.reactor.reached(await stage.shop.add('order.placed', 'a'));
    expect([stage.handled, stage.putAside]).toEqual([['a1'], [[NOWHERE, 'not_in_ledger']]]);
    await stage.reactor.close();
  });

  it('is not one that the ledger has and state has not: that is waited for, however long', async () => {
    const clock = createManualWait();
    const state = createProgress(0);
    const stage = await reactBehind({ ...clock, behind: state.reached });
    const last = await stage.shop.add('order.placed', 'a');
    await clock.pass();
    while (stage.putAside.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(stage.handled).toEqual([]);
    state.advance(last);
    await stage.reactor.reached(last);
    expect(stage.handled).toEqual(['a1']);
    await stage.reactor.close();
  });
});
