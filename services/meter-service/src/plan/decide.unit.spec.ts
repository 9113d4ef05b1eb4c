import { alwaysIdempotent, spec } from '@countersign/event-sourcing/testing';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { type PublishPlan, plan } from './decide.ts';
import type { PlanPublished } from './events.ts';

const by = { kind: 'user', id: 'owner' } as const;
const SYSTEM = { kind: 'system', id: 'countersign' } as const;
const limited = (limit: number) => ({ counters: { tool_calls: { limit, strict: true } } });
const publish = (entry: PublishPlan['plan'], more: Partial<PublishPlan> = {}): PublishPlan => ({
  kind: 'publish',
  slug: 'team',
  plan: entry,
  by,
  ...more,
});
const published = (entry: PublishPlan['plan']): PlanPublished => ({
  type: 'plan-published.v1',
  data: { slug: 'team', plan: entry, by },
});

describe('a plan', () => {
  it('is published as it was written', () => {
    spec(plan)
      .given()
      .when(publish(limited(5)))
      .then(published(limited(5)));
  });

  it('is published again when it says something else', () => {
    spec(plan)
      .given(published(limited(5)))
      .when(publish(limited(6)))
      .then(published(limited(6)));
    const described = { ...limited(5), description: 'five calls' };
    spec(plan)
      .given(published(limited(5)))
      .when(publish(described))
      .then(published(described));
  });

  it('is not published again when it says the same, in whatever words', () => {
    const sameInOtherWords = {
      throttles: [],
      counters: { tool_calls: [{ scope: 'organization', strict: true, limit: 5, period: null }] },
    };
    spec(plan)
      .given(published(limited(5)))
      .when(publish(limited(5)))
      .thenNothing();
    spec(plan)
      .given(published(limited(5)))
      .when(publish(sameInOtherWords))
      .thenNothing();
  });

  it('that a start has published is theirs who publish it again, and stays theirs', () => {
    const atStart: PlanPublished = {
      type: 'plan-published.v1',
      data: { slug: 'team', plan: limited(5), by: SYSTEM },
    };
    spec(plan)
      .given(atStart)
      .when(publish(limited(5)))
      .then(published(limited(5)));
    spec(plan)
      .given(published(limited(5)))
      .when({ ...publish(limited(5)), by: SYSTEM })
      .thenNothing();
  });

  it('that is built in gives way to what people have published, and to no start', () => {
    const builtIn = { ...publish(limited(5), { yieldsToPeople: true }), by: SYSTEM };
    const atStart = (entry: PublishPlan['plan']): PlanPublished => ({
      type: 'plan-published.v1',
      data: { slug: 'team', plan: entry, by: SYSTEM },
    });
    spec(plan)
      .given()
      .when(builtIn)
      .then(atStart(limited(5)));
    spec(plan)
      .given(published(limited(6)))
      .when(builtIn)
      .thenNothing();
    spec(plan)
      .given(atStart(limited(6)))
      .when(builtIn)
      .then(atStart(limited(5)));
  });

  it('decides nothing the second time', () => {
    alwaysIdempotent(
      plan,
      fc.nat(3).map((limit) => publish(limited(limit))),
    );
  });
});
