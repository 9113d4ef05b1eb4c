import { describe, expect, it } from 'vitest';
import { call } from '../spec/calls.ts';
import { riskScore } from './risk.ts';

describe('the risk score', () => {
  it.each([
    ['a calm call by a trusted user', { user: { trust_score: 1000 } }, 0],
    ['half the trust', {}, 50],
    ['a sensitive tool', { tool: { sensitivity: 'high' } }, 300],
    ['deleting', { tool: { action: 'delete' } }, 250],
    ['destroying in production', { tool: { destructive: true, environment: 'production' } }, 300],
    ['exactly 100 units', { tool: { cost_micros: 100_000_000 } }, 50],
    ['more than 100 units', { tool: { cost_micros: 100_000_001 } }, 150],
    ['a first, uncommon use', { ctx: { first_use: true, common_tool: false } }, 150],
    [
      'everything at once',
      { tool: { sensitivity: 'critical', action: 'admin', destructive: true, environment: 'production' } },
      950,
    ],
    [
      'nothing known of the tool',
      { tool: { sensitivity: null, action: null, destructive: null, environment: null, cost_micros: null } },
      1000,
    ],
    ['nothing known of the user', { user: { trust_score: null } }, 100],
  ])('of %s', (_name, changes, expected) => {
    expect(riskScore(call(changes), 0, false)).toBe(expected);
  });

  it('adds what the rules said, up to 1000', () => {
    expect(riskScore(call(), 1, false)).toBe(75);
    expect(riskScore(call(), 9, false)).toBe(150);
    expect(riskScore(call(), 0, true)).toBe(250);
    const worst = call({
      tool: { sensitivity: 'critical', action: 'admin', destructive: true, environment: 'production' },
    });
    expect(riskScore(worst, 4, true)).toBe(1000);
  });
});
