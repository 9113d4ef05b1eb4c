import { describe, expect, it } from 'vitest';
import { outcome, scenario } from '../proof/scenario.ts';
import { isAheadOfClock, MAX_CLOCK_LEAD_MS } from './instant.ts';

const strict = (limit: number, more: object = {}) => ({ limit, strict: true, period: 'monthly', ...more });

describe('gauges', () => {
  it('go up by an acquisition and down by its release, over the limit too', () => {
    const org = scenario({ gauges: { users: strict(2, { period: null }) } });
    const acquire = (id: string) =>
      outcome(
        org.run({
          type: 'acquire',
          id,
          at: org.now,
          askedAt: org.now,
          key: 'users',
          amount: 1,
          scopes: { organization: 'acme' },
        }),
      );
    expect([acquire('ann'), acquire('bob'), acquire('eve')]).toEqual([
      ['reserved'],
      ['reserved'],
      ['denied'],
    ]);
    org.configure({ gauges: { users: strict(1, { period: null }) } });
    org.release('ann');
    expect(org.row('users.organization.total')).toMatchObject({ limit: 1, used: 1 });
    expect(acquire('joe')).toEqual(['denied']);
    org.release('bob');
    expect(acquire('sue')).toEqual(['reserved']);
  });

  it('are no counters: a counter cannot be held without end', () => {
    const org = scenario({ counters: { tool_calls: strict(9) } });
    const acquire = {
      type: 'acquire',
      id: 'x',
      at: org.now,
      askedAt: org.now,
      key: 'tool_calls',
      amount: 1,
      scopes: { organization: 'acme' },
    } as const;
    expect(outcome(org.run(acquire))).toBe('invalid_command');
  });
});

describe('configuration', () => {
  it('that is in force already changes nothing', () => {
    const org = scenario({ counters: { tool_calls: strict(9) } });
    org.configure({ counters: { tool_calls: strict(9) } });
    expect(org.log.map(({ type }) => type)).toEqual(['quota-configured.v1']);
  });

  it('keeps what is in a bucket when its rate changes, and forgets a throttle that is gone', () => {
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
