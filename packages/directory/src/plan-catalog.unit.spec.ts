import type { JsonObject } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import { describe, expect, it } from 'vitest';
import { createPlanCatalog } from './plan-catalog.ts';

function published(slug: string, plan: JsonObject, sequence: number): Message {
  return {
    id: `${slug}-${sequence}`,
    type: 'plan.published',
    topic: 'agent.control',
    service: 'meter-service',
    subject: `plan-${slug}`,
    sequence,
    position: sequence,
    time: `2026-11-21T12:00:0${sequence}.000Z`,
    organization: 'default',
    data: { slug, plan, by: { kind: 'user', id: 'owner' } },
  };
}

const calls = (limit: number) => ({ counters: { tool_calls: { limit } } });

function catalogOf(...messages: readonly Message[]) {
  const unreadable: string[] = [];
  const catalog = createPlanCatalog((slug) => unreadable.push(slug));
  for (const message of messages) catalog.apply(message);
  return { catalog, unreadable };
}

describe('the plan catalog', () => {
  it('has the last version of every plan, sorted by slug', () => {
    const { catalog } = catalogOf(
      published('team', calls(1), 1),
      published('large', calls(9), 1),
      published('team', calls(2), 2),
    );
    expect(catalog.entries().map(({ slug, written }) => [slug, written])).toEqual([
      ['large', calls(9)],
      ['team', calls(2)],
    ]);
    expect(catalog.entry('team')).toMatchObject({
      plan: { counters: { tool_calls: [{ limit: 2 }] } },
      updatedAt: '2026-11-21T12:00:02.000Z',
    });
    expect(catalog.entry('nowhere')).toBeUndefined();
  });

  it('is not turned back by what comes again, and keeps the plan itself', () => {
    const { catalog } = catalogOf(published('team', calls(1), 1), published('team', calls(2), 2));
    const before = catalog.entry('team');
    catalog.apply(published('team', calls(1), 1));
    catalog.apply(published('team', calls(2), 2));
    expect(catalog.entry('team')).toBe(before);
  });

  it('keeps what was in force where the newest can not be read any more, and says so', () => {
    const { catalog, unreadable } = catalogOf(
      published('team', calls(1), 1),
      published('team', { counters: { gone: {} } }, 2),
    );
    expect(catalog.entry('team')?.written).toEqual(calls(1));
    expect(unreadable).toEqual(['team']);
  });

  describe('after a catalog was applied', () => {
    const applied = (plans: readonly string[], sequence: number): Message => ({
      ...published('any', {}, sequence),
      type: 'plan.catalog.applied',
      subject: 'plancatalog-installation',
      data: { source: 'env', default_plan: 'team', plans: [...plans], hash: 'sha256:0', by: SYSTEM },
    });
    const SYSTEM = { kind: 'system', id: 'countersign' };
    const atStart = (slug: string, sequence: number): Message => {
      const message = published(slug, calls(1), sequence);
      return { ...message, data: { ...message.data, by: SYSTEM } };
    };
    const slugsOf = ({ catalog }: ReturnType<typeof catalogOf>) => catalog.entries().map(({ slug }) => slug);

    it('has the plans that it names, and those that people have published', () => {
      const before = [atStart('team', 1), atStart('gone', 1), published('own', calls(1), 1)];
      expect(slugsOf(catalogOf(...before))).toEqual(['gone', 'own', 'team']);
      const { catalog } = catalogOf(...before, applied(['team'], 1));
      expect(['team', 'gone', 'own'].map((slug) => catalog.has(slug))).toEqual([true, false, true]);
      expect([catalog.entry('gone'), catalog.defaultPlan(), catalog.source()]).toEqual([
        undefined,
        'team',
        'env',
      ]);
    });

    it('tells the last events that what a plan says rests on', () => {
      const { catalog } = catalogOf(atStart('team', 1), applied(['team'], 1), published('own', calls(2), 1));
      for (const message of [applied([], 2), published('team', calls(7), 3)]) catalog.apply(message);
      expect(catalog.lastOf('team').map((message) => message?.sequence)).toEqual([3, 2]);
    });

    it('has a plan that somebody publishes under the name of one that is gone', () => {
      const told = [atStart('gone', 1), applied(['team'], 1), published('gone', calls(2), 2)];
      expect(slugsOf(catalogOf(...told))).toEqual(['gone']);
    });

    it('is not turned back by what comes again', () => {
      const told = [
        atStart('team', 1),
        atStart('gone', 1),
        applied(['team', 'gone'], 1),
        applied(['team'], 2),
      ];
      expect(slugsOf(catalogOf(...told, applied(['team', 'gone'], 1)))).toEqual(['team']);
    });
  });
});
