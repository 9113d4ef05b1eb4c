import { type Plan, parsePlan } from '@countersign/access';
import type { PlanPublished } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';

export interface PlanCatalogEntry {
  readonly slug: string;
  /** As it was written. */
  readonly written: PlanPublished['plan'];
  /** In normal form: another object after every change, and only then. */
  readonly plan: Plan;
  readonly updatedAt: string;
}

/** All plans of the installation as the control events up to now tell. */
export interface PlanCatalog {
  entry(slug: string): PlanCatalogEntry | undefined;
  /** Sorted by slug. */
  entries(): PlanCatalogEntry[];
  apply(message: Message): void;
}

/**
 * @param onUnreadable told when a published plan is no longer valid (after a change of the grammar): what was published
 * before it stays in force.
 */
export function createPlanCatalog(onUnreadable: (slug: string, why: string) => void): PlanCatalog {
  const entries = new Map<string, PlanCatalogEntry>();
  const seen = new Map<string, number>();
  return {
    entry: (slug) => entries.get(slug),
    entries: () => [...entries.values()].sort((a, b) => (a.slug < b.slug ? -1 : 1)),
    apply({ type, subject, sequence, time, data }) {
      if (type !== 'plan.published' || (seen.get(subject) ?? 0) >= sequence) return;
      seen.set(subject, sequence);
      const { slug, plan: written } = data as unknown as PlanPublished;
      const parsed = parsePlan(written);
      if (parsed.ok) entries.set(slug, { slug, written, plan: parsed.value, updatedAt: time });
      else
        onUnreadable(slug, parsed.problems.map(({ pointer, problem }) => `${pointer} ${problem}`).join('; '));
    },
  };
}
