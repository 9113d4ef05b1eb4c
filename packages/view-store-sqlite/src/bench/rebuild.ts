import type { Message, MessageBus } from '@countersign/message-bus';
import {
  createViewTable,
  type Projection,
  startProjections,
  type ViewRow,
  type ViewStore,
} from '@countersign/processing';
import { timeOrderedKey } from './rows.ts';

/** Messages per batch, as the ledger delivers them. */
const BATCH = 500;
const TYPES = [
  'call.requested',
  'call.evaluated',
  'call.reserved',
  'call.authorized',
  'call.called',
] as const;
/** Calls whose messages lie between each other's. */
const INTERLEAVED = 8;

/** Projects `messages` messages of calls into two views from nothing; messages per second until all is stored. */
export async function measureRebuild(views: ViewStore, messages: number): Promise<number> {
  const follow = deliverAll(Array.from({ length: messages }, (_, i) => message(i + 1)));
  const begin = performance.now();
  const host = await startProjections({
    group: 'bench.rebuild.v1',
    bus: { follow },
    store: { acceptedPosition: messages, whenDurable: async () => {} },
    views,
    projections: [callsView(), usesView()],
  });
  await host.subscription.ended;
  await host.flush();
  const rate = (messages / (performance.now() - begin)) * 1_000;
  await host.close();
  return rate;
}

/** Stands for a bus: what is measured is what comes behind it. */
function deliverAll(all: readonly Message[]): MessageBus['follow'] {
  return ({ after }, follower) => {
    const deliver = async (): Promise<null> => {
      for (let next = after; next < all.length; next += BATCH) {
        const batch = all.slice(next, next + BATCH);
        await follower(batch, next + batch.length);
      }
      return null;
    };
    const ended = deliver();
    return { caughtUp: ended.then(() => {}), ended, close: async () => {} };
  };
}

function message(position: number): Message {
  const round = Math.floor((position - 1) / (INTERLEAVED * TYPES.length));
  const call = round * INTERLEAVED + ((position - 1) % INTERLEAVED);
  const step = Math.floor((position - 1) / INTERLEAVED) % TYPES.length;
  const id = timeOrderedKey(call);
  return {
    id: `event-${position}`,
    type: TYPES[step] as string,
    topic: 'calls',
    service: 'bench',
    subject: `toolcall-${id}`,
    sequence: step + 1,
    position,
    time: '2026-11-01T00:00:00.000Z',
    organization: `organization-${call % 5}`,
    correlation: id,
    data: { user_id: `user-${call % 200}`, tool_name: `tool-${call % 20}` },
  };
}

/** One row per call, changed by each of its five messages. */
function callsView(): Projection<ViewRow> {
  const table = createViewTable<ViewRow>('bench.calls');
  return {
    view: {
      name: 'bench.calls',
      columns: { organization: 'text', status: 'text', deadline: 'integer' },
      indexes: [['organization', 'status'], ['organization'], ['deadline']],
    },
    table,
    topics: ['calls'],
    needs: ({ sequence, subject }) => (sequence === 1 ? [] : [subject]),
    apply({ type, subject, sequence, organization, data, position }) {
      const row = sequence === 1 ? { organization, ...data } : table.get(subject);
      const deadline = sequence === TYPES.length ? null : position;
      table.put(subject, { ...row, status: type, position, deadline });
    },
  };
}

/** One row per user and tool: few rows, changed over and over. */
function usesView(): Projection<ViewRow> {
  const table = createViewTable<ViewRow>('bench.uses');
  const keyOf = ({ type, organization, data }: Message) =>
    type === 'call.requested' ? `${organization}/${data.user_id}/${data.tool_name}` : null;
  return {
    view: { name: 'bench.uses', columns: {}, indexes: [] },
    table,
    topics: ['calls'],
    needs(asked) {
      const key = keyOf(asked);
      return key === null ? [] : [key];
    },
    apply(asked) {
      const key = keyOf(asked);
      if (key === null) return;
      const calls = Number(table.get(key)?.calls ?? 0) + 1;
      table.put(key, { calls, position: asked.position });
    },
  };
}
