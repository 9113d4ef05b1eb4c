import type { ToolEvaluated } from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { fixtureData } from '../testing/stand-ins.ts';
import { risksOf } from './risks.ts';

type Facts = ToolEvaluated['facts'];
const { facts } = fixtureData('agent.tool.evaluated') as unknown as { facts: Facts };
const PLAIN: NonNullable<Facts['tool']> = {
  name: 'read-file',
  action: 'read',
  sensitivity: 'low',
  destructive: false,
  requires_approval: false,
  environment: 'development',
  cost_micros: 0,
};
const USUAL: Facts['ctx'] = {
  first_use: false,
  common_tool: true,
  repeated_pattern: false,
  frequency: 1,
  daily_calls: 1,
};
const risks = (tool: Partial<typeof PLAIN> = {}, ctx: Partial<Facts['ctx']> = {}) =>
  risksOf({ ...facts, tool: { ...PLAIN, ...tool }, ctx: { ...USUAL, ...ctx } });

describe('the risks that a person is shown', () => {
  it('are none of a plain, usual call', () => {
    expect(risks()).toEqual([]);
    expect(risksOf({ ...facts, tool: null })).toEqual([]);
  });

  it.each<[string, Partial<typeof PLAIN>, Partial<Facts['ctx']>]>([
    ['destructive', { destructive: true }, {}],
    ['production', { environment: 'production' }, {}],
    ['critical_sensitivity', { sensitivity: 'critical' }, {}],
    ['high_sensitivity', { sensitivity: 'high' }, {}],
    ['costly', { cost_micros: 100_000_001 }, {}],
    ['first_use', {}, { first_use: true, common_tool: false }],
    ['uncommon_tool', {}, { common_tool: false }],
    ['burst', {}, { frequency: 61 }],
  ])('name %s', (code, tool, ctx) => {
    expect(risks(tool, ctx)).toEqual([code]);
  });

  it.each<[string, Partial<typeof PLAIN>, Partial<Facts['ctx']>]>([
    ['a cost of exactly 100 units', { cost_micros: 100_000_000 }, {}],
    ['a cost that is not known', { cost_micros: null }, {}],
    ['an environment that is not known', { environment: null }, {}],
    ['sixty intents a minute', {}, { frequency: 60 }],
  ])('do not name %s', (_, tool, ctx) => {
    expect(risks(tool, ctx)).toEqual([]);
  });

  it('come highest first', () => {
    const tool = {
      destructive: true,
      environment: 'production',
      sensitivity: 'high',
      cost_micros: 1e9,
    } as const;
    expect(risks(tool, { first_use: true, common_tool: false, frequency: 100 })).toEqual([
      'destructive',
      'production',
      'high_sensitivity',
      'costly',
      'first_use',
      'burst',
    ]);
  });
});
