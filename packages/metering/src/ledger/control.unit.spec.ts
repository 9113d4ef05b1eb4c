import { describe, expect, it } from 'vitest';
import { MINUTE, outcome, planOf, type Scenario, scenario } from '../proof/scenario.ts';
import { isAheadOfClock, MAX_CLOCK_LEAD_MS } from './instant.ts';

const strict = (limit: number, more: object = {}) => ({ limit, strict: true, period: 'monthly', ...more });

describe('gauges', () => {
  const users = (limit: number) => ({ gauges: { users: strict(limit, { period: null }) } });
  const place = (org: Scenario, id: string, key = 'users') => ({
    id,
    at: org.now,
    askedAt: org.now,
    key,
    amount: 1,
    scopes: { organization: 'acme' },
  });
  const acquire = (org: Scenario, id: string, key?: string) =>
    outcome(org.run({ type: 'acquire', ...place(org, id, key), expiresAt: org.now + MINUTE }));
  const occupy = (org: Scenario, id: string) => outcome(org.run({ type: 'occupy', ...place(org, id) }));
  const vacate = (org: Scenario, id: string) => outcome(org.run({ type: 'vacate', id, at: org.now }));
  const level = (org: Scenario) => org.row('users.organization.total')?.used;

  it('A-ADJ-9: go up by an acquisition and down when it is given back, over the limit too', () => {
    const org = scenario(users(2));
    expect([acquire(org, 'ann'), acquire(org, 'bob'), acquire(org, 'eve')]).toEqual([
      ['occupied'],
      ['occupied'],
      'refused',
    ]);
    org.configure(users(1));
    expect([vacate(org, 'ann'), level(org)]).toEqual([['released'], 1]);
    expect(acquire(org, 'joe')).toBe('refused');
    vacate(org, 'bob');
    expect(acquire(org, 'sue')).toEqual(['occupied']);
  });

  it('give a place back that nothing came to take, and keep one that is taken', () => {
    const org = scenario(users(2));
    acquire(org, 'ann');
    acquire(org, 'bob');
    expect(occupy(org, 'ann')).toEqual(['occupied']);
    org.now += MINUTE;
    expect(outcome(org.expire())).toEqual(['released']);
    expect([level(org), acquire(org, 'bob')]).toEqual([1, ['occupied']]);
  });

  it('count what is there whether it was asked for or not, and take its id again when it has gone', () => {
    const org = scenario(users(1));
    expect([occupy(org, 'ann'), occupy(org, 'bob'), occupy(org, 'bob')]).toEqual([
      ['occupied'],
      ['occupied'],
      [],
    ]);
    expect([level(org), vacate(org, 'ann'), vacate(org, 'ann'), level(org)]).toEqual([
      2,
      ['released'],
      [],
      1,
    ]);
    expect(occupy(org, 'ann')).toEqual(['occupied']);
  });

  it('of a rule that is new begin with what is held', () => {
    const org = scenario({ counters: { tool_calls: strict(9) } });
    for (const id of ['ann', 'bob', 'eve']) occupy(org, id);
    org.configure(users(3));
    expect([level(org), acquire(org, 'joe')]).toEqual([3, 'refused']);
    vacate(org, 'eve');
    expect(acquire(org, 'joe')).toEqual(['occupied']);
  });

  it('are no counters: a counter cannot be held without end', () => {
    const org = scenario({ counters: { tool_calls: strict(9) } });
    expect(acquire(org, 'x', 'tool_calls')).toBe('invalid_command');
  });
});

describe('configuration', () => {
  it('that is in force already changes nothing', () => {
    const org = scenario({ counters: { tool_calls: strict(9) } });
    org.configure({ counters: { tool_calls: strict(9) } });
    expect(org.log.map(({ type }) => type)).toEqual(['quota-configured.v1']);
  });

  it('A-THR-14: keeps what is in a bucket when its rate changes, and forgets a throttle that is gone', () => {
    const throttled = (rate: number) => ({
      throttles: [{ categories: ['tool_calls'], mode: 'include', bucket: { capacity: 10, rate } }],
    });
    const org = scenario(throttled(60));
    org.reserve('burst', { tool_calls: 10 }, { traffic: { categories: ['tool_calls'], amount: 10 } });
    org.configure(throttled(6_000));
    org.reserve('at once', { tool_calls: 1 });
    expect(org.log.at(-1)).toMatchObject({ data: { which: { used: 10, retry_after_ms: 10 } } });
    org.configure({ counters: { tool_calls: strict(99) } });
    org.configure(throttled(60));
    expect(outcome(org.reserve('later', { tool_calls: 1 }))).toEqual(['reserved']);
  });

  it('A-THR-14: of a throttle of several categories is one bucket for all of them', () => {
    const categories = ['core_fast', 'tracing_fast', 'services_fast'];
    const org = scenario({ throttles: [{ categories, mode: 'include', bucket: { capacity: 2, rate: 60 } }] });
    const asked = categories.map((category) =>
      outcome(org.reserve(category, {}, { traffic: { categories: [category], amount: 1 } })),
    );
    expect(asked).toEqual([['reserved'], ['reserved'], ['denied']]);
  });

  it('A-THR-1: of the one algorithm or the other, or of none, throttles alike, each throttle by itself', () => {
    const left = (algorithms: readonly (string | null)[]) => {
      const bucket = { capacity: 3, rate: 60 };
      const written = algorithms.map((algorithm) => ({ mode: 'include', bucket: { ...bucket, algorithm } }));
      expect(planOf({ throttles: written }).throttles.map((one) => one.bucket.algorithm)).toEqual(algorithms);
      const throttles = algorithms.map((algorithm) => ({
        ...{ categories: ['tool_calls'], mode: 'include' },
        bucket: { ...bucket, algorithm },
      }));
      const org = scenario({ throttles });
      return ['a', 'b', 'c', 'd'].map((id) => {
        const before = outcome(org.reserve(id, { tool_calls: 1 }));
        org.now += 250;
        return before;
      });
    };
    const alike = left(['gcra', 'gcra']);
    expect(alike).toEqual([['reserved'], ['reserved'], ['reserved'], ['denied']]);
    for (const algorithms of [
      ['tbra', 'gcra'],
      ['tbra', 'tbra'],
      [null, 'tbra'],
    ])
      expect(left(algorithms)).toEqual(alike);
  });

  it('of a zone that does not exist is rejected', () => {
    const org = scenario({ description: 'x' });
    const configure = {
      type: 'configure',
      at: org.now,
      plan: 'p',
      entry: { flags: {}, counters: {}, gauges: {}, throttles: [] },
      zone: 'Mars/Olympus',
      anchorDay: 1,
    } as const;
    expect(outcome(org.run(configure))).toBe('invalid_command');
  });
});

describe('commands', () => {
  it('are rejected with every problem at once', () => {
    const org = scenario({ counters: { tool_calls: strict(9) } });
    expect(org.reserve('', { tool_calls: -1, tool_cost: 0.5 }, { at: -1, expiresAt: Number.NaN })).toEqual({
      rejected: 'invalid_command',
      detail: expect.stringMatching(
        /^at is -1.*; id has 0.*; amounts.tool_calls is -1.*; amounts.tool_cost is 0.5.*; expiresAt is NaN/,
      ),
    });
    expect(org.log).toHaveLength(1);
  });

  it('from more than two seconds ahead are for their caller to refuse', () => {
    expect(isAheadOfClock(10_000 + MAX_CLOCK_LEAD_MS, 10_000)).toBe(false);
    expect(isAheadOfClock(10_001 + MAX_CLOCK_LEAD_MS, 10_000)).toBe(true);
  });
});
