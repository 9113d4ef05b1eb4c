import type { Handled } from '@countersign/event-store';
import { describe, expect, it } from 'vitest';
import { actorOf, answered, whenKnownIsDurable } from './answer.ts';

const handled = (
  durable: Promise<{ code: 'OutcomeUnknown'; detail: string } | null>,
): Handled<string, 'void'> => ({
  kind: 'handled',
  state: 'as it is now',
  version: 1,
  position: 1,
  events: [],
  durable: () => durable,
});
const lost = { code: 'OutcomeUnknown', detail: 'EIO' } as const;

describe('the answer to a command', () => {
  it('is made of the state after it, once that is durable', async () => {
    const disk = Promise.withResolvers<null>();
    const made: string[] = [];
    const answering = answered(handled(disk.promise), ({ state }) => {
      made.push(state);
      return { status: 200 };
    });
    await Promise.resolve();
    expect(made).toEqual([]);
    disk.resolve(null);
    expect(await answering).toEqual({ status: 200 });
    expect(made).toEqual(['as it is now']);
  });

  it('is a problem where what it rests on is lost', async () => {
    const answer = answered(handled(Promise.resolve(lost)), () => ({ status: 200 }));
    expect(await answer).toMatchObject({ code: 'unavailable', status: 503 });
  });

  it('is the refusal, which waits for the disk as well', async () => {
    const rejection = { rejected: 'void', detail: 'it was blocked' } as const;
    const rejected = (durable: Promise<typeof lost | null>): Handled<string, 'void'> => ({
      kind: 'rejected',
      rejection,
      durable: () => durable,
    });
    const never = () => {
      throw new Error('a refusal is no state');
    };
    expect(await answered(rejected(Promise.resolve(null)), never)).toMatchObject({
      code: 'void',
      status: 410,
      detail: 'it was blocked',
    });
    expect(await answered(rejected(Promise.resolve(lost)), never)).toMatchObject({ code: 'unavailable' });
  });

  it('is why the ledger did not take it', async () => {
    const failed: Handled<string, 'void'> = {
      kind: 'failed',
      error: { code: 'StoreUnavailable', reason: 'overloaded', detail: '' },
    };
    expect(await answered(failed, () => ({ status: 200 }))).toMatchObject({
      code: 'overloaded',
      status: 503,
    });
  });
});

it('an actor is a principal without what only its key says', () => {
  const principal = { kind: 'user', id: 'olga', organization: 'acme', keyId: 'k1' } as const;
  expect(actorOf(principal)).toEqual({ kind: 'user', id: 'olga' });
});

describe('what is known', () => {
  const waited: number[] = [];
  const whenDurable = async (position: number) => void waited.push(position);

  it('is durable where nothing waits for the disk', () => {
    const store = { acceptedPosition: 7, durablePosition: 7, whenDurable };
    expect(whenKnownIsDurable(store)()).toBeNull();
  });

  it('is durable with everything that is accepted at the moment of asking', async () => {
    const store = { acceptedPosition: 7, durablePosition: 5, whenDurable };
    const known = whenKnownIsDurable(store);
    store.acceptedPosition = 9;
    await known();
    expect(waited).toEqual([9]);
  });
});
