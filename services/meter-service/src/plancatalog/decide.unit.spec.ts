import { alwaysIdempotent, spec } from '@countersign/event-sourcing/testing';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { type ApplyPlanCatalog, planCatalog } from './decide.ts';
import type { PlanCatalogApplied, PlanCatalogSource } from './events.ts';

const by = { kind: 'system', id: 'countersign' } as const;
const catalog = (source: PlanCatalogSource, hash: string): PlanCatalogApplied['data'] => ({
  source,
  default_plan: 'team',
  plans: ['team'],
  hash,
  by,
});
const apply = (source: PlanCatalogSource, hash: string): ApplyPlanCatalog => ({
  kind: 'apply',
  catalog: catalog(source, hash),
});
const applied = (source: PlanCatalogSource, hash: string): PlanCatalogApplied => ({
  type: 'plan-catalog-applied.v1',
  data: catalog(source, hash),
});

describe('a plan catalog', () => {
  it('is applied at the first start, and by no other start that says the same', () => {
    spec(planCatalog).given().when(apply('env', 'a')).then(applied('env', 'a'));
    spec(planCatalog).given(applied('env', 'a')).when(apply('env', 'a')).thenNothing();
  });

  it('is applied again when it says something else, or comes from somewhere else', () => {
    spec(planCatalog).given(applied('env', 'a')).when(apply('env', 'b')).then(applied('env', 'b'));
    spec(planCatalog).given(applied('env', 'a')).when(apply('aliases', 'a')).then(applied('aliases', 'a'));
  });

  it('decides nothing the second time', () => {
    const sources = fc.constantFrom<PlanCatalogSource>('defaults', 'env', 'aliases');
    alwaysIdempotent(
      planCatalog,
      fc.tuple(sources, fc.constantFrom('a', 'b')).map(([source, hash]) => apply(source, hash)),
    );
  });
});
