import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import type { MessageBus } from '@countersign/message-bus';
import { manualClock } from '@countersign/testing';
import { expect, it } from 'vitest';
import { closingMeters } from '../testing/open-meters.ts';
import { startOn } from '../testing/running-meter.ts';

const opened = closingMeters();

/** Delivers to what follows only while it is let. */
function delayed(bus: MessageBus) {
  let letting: Promise<void> = Promise.resolve();
  let go = () => {};
  const through: MessageBus = {
    ...bus,
    follow: (options, follower) =>
      bus.follow(options, async (messages, position) => {
        await letting;
        await follower(messages, position);
      }),
  };
  const hold = () => {
    const gate = Promise.withResolvers<void>();
    letting = gate.promise;
    go = gate.resolve;
  };
  return { through, hold, goOn: () => go() };
}

const plan = (limit: number) => ({
  counters: { evaluations_run: { limit, strict: true, period: 'monthly' } },
  throttles: [{ mode: 'include', endpoints: [['get', '/v1/*']], bucket: { capacity: limit, rate: 1 } }],
});

/** Two instances, the second of which hears late of a plan that the first has answered for. */
async function published() {
  const store = createMemoryEventStore();
  const clock = manualClock();
  const plans = new Map([['team', plan(5)]]);
  const first = await opened(startOn(store, clock, createMemoryCheckpoints(), { plans }));
  let late: ReturnType<typeof delayed> | undefined;
  const second = await opened(
    startOn(store, clock, createMemoryCheckpoints(), { plans }, (bus) => {
      late = delayed(bus);
      return late.through;
    }),
  );
  await first.upstream.organization('acme', 'team');
  await first.settled();
  await second.settled();
  late?.hold();
  expect((await first.put('/v1/plans/team', plan(1))).status).toBe(200);
  const known = store.acceptedPosition;
  return { second, known, goOn: () => late?.goOn() };
}

/** What comes of a question that was asked before the second instance hears of the plan. */
async function afterwards<T>(asked: Promise<T> | T, goOn: () => void): Promise<T> {
  let isAnswered = false;
  const answer = Promise.resolve(asked).then((value) => {
    isAnswered = true;
    return value;
  });
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  expect(isAnswered).toBe(false);
  goOn();
  return answer;
}

const get = {
  by: { kind: 'user', id: 'ann', organization: 'acme' },
  traffic: { categories: ['standard'], method: 'GET', path: '/v1/tools' },
  amounts: [],
} as const;

// Agenta's PR-05: a worker that had not loaded the plans yet answered all the same.
it('a request is admitted by the plan that its asker knows of, whichever instance answers', async () => {
  const { second, known, goOn } = await published();
  const rate = { limit: 1, remaining: 0 };
  expect(await afterwards(second.admission.request({ ...get, known }), goOn)).toEqual({
    kind: 'admitted',
    rate,
  });
  expect(await second.admission.request({ ...get, known })).toMatchObject({ kind: 'refused', limit: 1 });
});

it.each([
  ['usage is counted', '/v1/usage', { key: 'evaluations_run', amount: 2 }, { code: 'over_quota', limit: 1 }],
  ['is asked about', '/v1/entitlements/check', { key: 'evaluations_run', amount: 2 }, { allowed: false }],
])('%s by the plan in force, whichever instance answers', async (_, path, body, answer) => {
  const { second, goOn } = await published();
  const { body: told } = await afterwards(second.post(path, body), goOn);
  expect(told).toMatchObject(answer);
});

it('meters are shown by the plan in force, whichever instance answers', async () => {
  const { second, goOn } = await published();
  expect(await afterwards(second.meters(), goOn)).toMatchObject([{ limit: 1 }]);
});
