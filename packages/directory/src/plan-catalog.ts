import { type Plan, parsePlan } from '@countersign/access';
import type { ControlsSource, PlanCatalogApplied, PlanPublished } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';

/** A plan in force. */
export interface PlanEntry {
  readonly slug: string;
  /** As it was written. */
  readonly written: PlanPublished['plan'];
  /** In normal form: another object after every change, and only then. */
  readonly plan: Plan;
  readonly updatedAt: string;
}

/**
 * The plans in force, as the control events up to now tell: those of the last catalog that was applied, and those that
 * people have published. An organization on any other is refused.
 */
export interface PlanCatalog {
  /** Whether there is such a plan; cheaper than to read it. */
  has(slug: string): boolean;
  entry(slug: string): PlanEntry | undefined;
  /** What was last published under a slug, in force or not. */
  written(slug: string): PlanPublished['plan'] | undefined;
  /** Sorted by slug. */
  entries(): PlanEntry[];
  /** The last events that what a plan says rests on. */
  lastOf(slug: string): readonly (Message | undefined)[];
  /** The last event of everything that was ever published or applied. */
  messages(): readonly Message[];
  /** What an organization is on that names none; undefined before a catalog was applied. */
  defaultPlan(): string | undefined;
  /** Where the catalog comes from. */
  source(): ControlsSource;
  apply(message: Message): void;
}

/** A plan as it was published; read when somebody asks for it, for most processes know most plans by name alone. */
interface Published {
  readonly message: Message;
  readonly written: PlanPublished['plan'];
  /** Published by a person, not by a start. */
  readonly byPeople: boolean;
  /** Undefined where nothing was ever published under the slug that can still be read. */
  read(): PlanEntry | undefined;
}

/** Whether a plan can still be read that an event published; one that can not leaves the one before it in force. */
export function isReadable({ type, data }: Message): boolean {
  return type !== 'plan.published' || parsePlan((data as unknown as PlanPublished).plan).ok;
}

/** What a plan catalog is folded from. */
export const PLAN_TYPES = ['plan.published', 'plan.catalog.applied'] as const;

/**
 * @param onUnreadable told when a published plan is no longer valid (after a change of the grammar): what was published
 * before it stays in force.
 */
export function createPlanCatalog(onUnreadable: (slug: string, why: string) => void = () => {}): PlanCatalog {
  const published = new Map<string, Published>();
  const seen = new Map<string, number>();
  let applied: { readonly message: Message; readonly slugs: ReadonlySet<string> } | undefined;
  const catalogOf = ({ data }: Message) => data as unknown as PlanCatalogApplied;

  const publish = (message: Message): void => {
    const { time, data } = message;
    const { slug, plan: written, by } = data as unknown as PlanPublished;
    // Read before it is replaced, so that no plan holds on to all that there were.
    let known = published.get(slug)?.read();
    let isRead = false;
    published.set(slug, {
      message,
      written,
      byPeople: by.kind !== 'system',
      read() {
        if (isRead) return known;
        isRead = true;
        const parsed = parsePlan(written);
        if (parsed.ok) known = { slug, written, plan: parsed.value, updatedAt: time };
        else
          onUnreadable(
            slug,
            parsed.problems.map(({ pointer, problem }) => `${pointer} ${problem}`).join('; '),
          );
        return known;
      },
    });
  };
  const inForce = (slug: string): Published | undefined => {
    const plan = published.get(slug);
    return plan && (plan.byPeople || !applied || applied.slugs.has(slug)) ? plan : undefined;
  };

  return {
    has: (slug) => inForce(slug) !== undefined,
    entry: (slug) => inForce(slug)?.read(),
    written: (slug) => published.get(slug)?.written,
    entries: () => [...published.keys()].sort().flatMap((slug) => inForce(slug)?.read() ?? []),
    lastOf: (slug) => [published.get(slug)?.message, applied?.message],
    messages: () => [
      ...[...published.values()].map(({ message }) => message),
      ...(applied ? [applied.message] : []),
    ],
    defaultPlan: () => applied && catalogOf(applied.message).default_plan,
    source: () => (applied ? catalogOf(applied.message).source : 'defaults'),
    apply(message) {
      const { type, subject, sequence } = message;
      if (type !== 'plan.published' && type !== 'plan.catalog.applied') return;
      if ((seen.get(subject) ?? 0) >= sequence) return;
      seen.set(subject, sequence);
      if (type === 'plan.published') return publish(message);
      applied = { message, slugs: new Set(catalogOf(message).plans) };
    },
  };
}
