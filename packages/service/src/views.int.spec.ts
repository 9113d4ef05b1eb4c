import { publicEvents } from '@countersign/contracts';
import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import { createEmbeddedBus, createPublisher } from '@countersign/message-bus';
import { createViewTable, type Projection } from '@countersign/processing';
import { createMemoryViewStore } from '@countersign/processing/memory';
import { describe, expect, it } from 'vitest';
import { followInto } from './follow-into.ts';
import { publishAs } from './publish-as.ts';
import { createProcessViews } from './views.ts';

const publisher = createPublisher([
  publishAs(publicEvents['agent.tool.lapsed'], 'tool-lapsed.v1'),
  publishAs(publicEvents['agent.tool.abandoned'], 'tool-abandoned.v1'),
]);

function openLedger() {
  const store = createMemoryEventStore();
  const bus = createEmbeddedBus({ store, checkpoints: createMemoryCheckpoints(), publisher });
  return {
    store,
    bus,
    add(call: string, type = 'tool-lapsed.v1') {
      const metadata = { id: `e-${call}`, time: '2026-11-21T12:00:00.000Z', organization: 'acme' };
      return store.append(`toolcall-${call}`, 'no-stream', [{ type, data: {}, metadata }]).accepted;
    },
  };
}

interface Seen {
  readonly [column: string]: unknown;
  readonly position: number;
}

function seenView(): Projection<Seen> {
  const table = createViewTable<Seen>('seen.v1');
  return {
    view: { name: 'seen.v1', columns: { position: 'integer' }, indexes: [] },
    table,
    topics: ['agent.tool'],
    needs: () => [],
    apply: (message) => table.put(message.subject, { position: message.position }),
  };
}

describe('the views of a process', () => {
  it('are asked before they are started, and answer then', async () => {
    const { store, bus, add } = openLedger();
    const views = createProcessViews({ bus, store, views: createMemoryViewStore() });
    const view = seenView();
    views.add(view);
    await add('a');
    const asked = [views.find(view, 'toolcall-a'), views.query('seen.v1', { limit: 10 })];
    expect(views.position()).toBe(0);
    await views.start('test.views.v1');
    await views.caughtUp;
    await asked[0];
    expect(await views.find(view, 'toolcall-a')).toEqual({ position: 1 });
    expect(await views.query('seen.v1', { limit: 10 })).toEqual([
      { key: 'toolcall-a', row: { position: 1 } },
    ]);
    await add('b');
    await views.reached(2);
    expect(views.position()).toBe(2);
    await views.close();
  });
});

describe('followed state', () => {
  it('is folded from the beginning and kept up to date, of some types only where they are named', async () => {
    const { bus, add, store } = openLedger();
    await add('a');
    await add('b', 'tool-abandoned.v1');
    const all: string[] = [];
    const lapsed: string[] = [];
    const one = followInto(bus, ['agent.tool'], ({ subject }) => all.push(subject));
    const other = followInto(bus, ['agent.tool'], ({ subject }) => lapsed.push(subject), {
      types: ['agent.tool.lapsed'],
    });
    await Promise.all([one.caughtUp, other.caughtUp]);
    await add('c');
    await Promise.all([one.reached(3), other.reached(store.acceptedPosition)]);
    expect(all).toEqual(['toolcall-a', 'toolcall-b', 'toolcall-c']);
    expect(lapsed).toEqual(['toolcall-a', 'toolcall-c']);
    expect([one.position(), other.position()]).toEqual([3, 3]);
    for (const following of [one, other]) {
      await following.close();
      expect(await following.ended).toBeNull();
    }
  });
});
