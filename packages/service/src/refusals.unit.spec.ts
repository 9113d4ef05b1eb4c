import type { Principal } from '@countersign/access';
import type { ProblemCode } from '@countersign/contracts';
import type { Refusal } from '@countersign/http';
import { createLogger } from '@countersign/telemetry';
import { collectLogs, manualClock } from '@countersign/testing';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type CountedRefusals, createRefusalCounter, MAX_KEYS } from './refusals.ts';

const principal = (id: string, organization = 'acme'): Principal => ({
  kind: 'user',
  id,
  organization,
  keyId: 'key',
});
const refusal = (code: ProblemCode, route: string, by: Principal | null = null): Refusal => ({
  code,
  route,
  principal: by,
});

/** A counter whose records are kept, unless they can't be made. */
function counting() {
  const recorded: { readonly organization: string; readonly data: CountedRefusals }[] = [];
  const logs = collectLogs();
  const clock = manualClock();
  const state = { works: true };
  const counter = createRefusalCounter({
    async record(organization, data) {
      if (state.works) recorded.push({ organization, data });
      return state.works;
    },
    clock,
    logger: createLogger({ level: 'info', service: 'test', destination: logs }),
  });
  return { counter, recorded, clock, state, logs };
}

describe('refused requests', () => {
  it('are added up by who, what and code, for each organization', async () => {
    const { counter, recorded, clock } = counting();
    const dora = principal('dora');
    for (let time = 0; time < 3; time += 1) counter.count(refusal('forbidden', 'GET /v1/events', dora));
    counter.count(refusal('not_found', 'GET /v1/events', dora));
    counter.count(refusal('forbidden', 'GET /v1/events', principal('gina', 'globex')));
    counter.count(refusal('unauthenticated', 'GET /v1/events'));
    clock.advance(60_000);
    await counter.close();
    const minute = { from: '2026-11-21T12:00:00.000Z', to: '2026-11-21T12:01:00.000Z' };
    const by = (id: string) => ({ kind: 'user', id });
    const what = 'GET /v1/events';
    expect(recorded).toEqual([
      {
        organization: 'acme',
        data: {
          ...minute,
          refusals: [
            { by: by('dora'), what, filter: { code: 'forbidden' }, count: 3 },
            { by: by('dora'), what, filter: { code: 'not_found' }, count: 1 },
          ],
        },
      },
      {
        organization: 'globex',
        data: { ...minute, refusals: [{ by: by('gina'), what, filter: { code: 'forbidden' }, count: 1 }] },
      },
      {
        organization: 'default',
        data: { ...minute, refusals: [{ by: null, what, filter: { code: 'unauthenticated' }, count: 1 }] },
      },
    ]);
  });

  it('are recorded once, and nothing where there are none', async () => {
    const { counter, recorded, clock } = counting();
    await counter.flush();
    counter.count(refusal('not_found', 'unknown'));
    clock.advance(1_000);
    await counter.flush();
    clock.advance(1_000);
    await counter.flush();
    await counter.close();
    expect(recorded).toHaveLength(1);
    expect(recorded[0]?.data.from).toBe('2026-11-21T12:00:00.000Z');
  });

  it('are recorded once a minute by themselves', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const { counter, recorded } = counting();
      counter.count(refusal('malformed_json', 'POST /v1/tool-calls'));
      await vi.advanceTimersByTimeAsync(59_999);
      expect(recorded).toHaveLength(0);
      await vi.advanceTimersByTimeAsync(1);
      expect(recorded).toHaveLength(1);
      await counter.close();
    } finally {
      vi.useRealTimers();
    }
  });

  it.each<ProblemCode>([
    'denied',
    'user_not_delegated',
    'arguments_invalid',
    'over_quota',
    'throttled',
    'undecided',
  ])('leave out announcements that are recorded calls: %s', async (code) => {
    const { counter, recorded } = counting();
    counter.count(refusal(code, 'POST /v1/tool-calls', principal('dora')));
    await counter.flush();
    expect(recorded).toEqual([]);
    counter.count(refusal(code, 'PUT /v1/tools/{name}', principal('dora')));
    await counter.close();
    expect(recorded).toHaveLength(1);
  });

  it('leave out what nobody was refused: a service that could not answer', async () => {
    const { counter, recorded } = counting();
    counter.count(refusal('unavailable', 'GET /readyz'));
    await counter.close();
    expect(recorded).toEqual([]);
  });

  it('are all counted, however many kinds there are, in bounded space', async () => {
    const kinds = fc.record({
      who: fc.integer({ min: 0, max: 1_500 }),
      code: fc.constantFrom<ProblemCode>('forbidden', 'not_found'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(kinds, { minLength: 1_200, maxLength: 3_000 }), async (all) => {
        const { counter, recorded } = counting();
        for (const { who, code } of all) counter.count(refusal(code, `GET /v1/${who}`, principal('dora')));
        await counter.close();
        const [{ data } = { data: null }] = recorded;
        const refusals = data?.refusals ?? [];
        expect(refusals.length).toBeLessThanOrEqual(MAX_KEYS + 2);
        expect(refusals.reduce((sum, { count }) => sum + count, 0)).toBe(all.length);
        const beyond = refusals.filter(({ what }) => what === 'other');
        expect(beyond.every(({ by }) => by === null)).toBe(true);
      }),
      { numRuns: 10 },
    );
  });

  it('of a kind that is known go on being counted as that when there is no room for more', async () => {
    const { counter, recorded } = counting();
    for (let who = 0; who < MAX_KEYS; who += 1) counter.count(refusal('not_found', `GET /v1/${who}`));
    counter.count(refusal('not_found', 'GET /v1/0'));
    counter.count(refusal('not_found', 'GET /v1/more'));
    await counter.close();
    const refusals = recorded[0]?.data.refusals ?? [];
    expect(refusals[0]).toMatchObject({ what: 'GET /v1/0', count: 2 });
    expect(refusals.at(-1)).toMatchObject({ what: 'other', count: 1 });
  });

  it('that can not be recorded are kept, and recorded with what comes after them', async () => {
    const { counter, state, recorded, clock } = counting();
    const dora = principal('dora');
    state.works = false;
    counter.count(refusal('not_found', 'GET /v1/events', dora));
    counter.count(refusal('forbidden', 'GET /v1/events', principal('gina', 'globex')));
    for (const ms of [60_000, 60_000]) {
      clock.advance(ms);
      await counter.flush();
    }
    counter.count(refusal('not_found', 'GET /v1/events', dora));
    state.works = true;
    clock.advance(60_000);
    await counter.flush();
    await counter.close();
    expect(recorded.map(({ organization, data }) => [organization, data.from, data.to])).toEqual([
      ['acme', '2026-11-21T12:00:00.000Z', '2026-11-21T12:03:00.000Z'],
      ['globex', '2026-11-21T12:00:00.000Z', '2026-11-21T12:03:00.000Z'],
    ]);
    expect(recorded[0]?.data.refusals).toMatchObject([{ by: { id: 'dora' }, count: 2 }]);
  });

  it('take bounded space, however long they can not be recorded', async () => {
    const { counter, state, recorded } = counting();
    state.works = false;
    for (let minute = 0; minute < 5; minute += 1) {
      for (let who = 0; who < 800; who += 1) counter.count(refusal('not_found', `GET /v1/${minute}/${who}`));
      await counter.flush();
    }
    state.works = true;
    await counter.close();
    const refusals = recorded[0]?.data.refusals ?? [];
    expect(refusals.length).toBeLessThanOrEqual(MAX_KEYS + 1);
    expect(refusals.reduce((sum, { count }) => sum + count, 0)).toBe(4_000);
  });

  it('that can not be recorded are told, without who or what', async () => {
    const { counter, state, logs } = counting();
    state.works = false;
    counter.count(refusal('not_found', 'GET /v1/events', principal('dora')));
    await counter.close();
    expect(logs.records()).toMatchObject([{ organization: 'acme', refusals: 1 }]);
    expect(logs.text()).not.toContain('dora');
  });
});
