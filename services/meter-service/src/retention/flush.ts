import type { FlushResult } from '@countersign/contracts';
import type { Directory } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import { type CommandHandler, describeStoreError, type Position } from '@countersign/event-store';
import type { DueSource } from '@countersign/processing';
import { edgeMetadata, type ServiceDependencies } from '@countersign/service';
import type { PlanInForce } from '../meter/plan-in-force.ts';
import type { Actor } from '../plan/events.ts';
import type { Retention, RetentionCommand, RetentionRejection } from './decide.ts';
import type { RetentionDomain } from './events.ts';

/** Handles commands to the retention of organizations. */
export type RetentionHandler = CommandHandler<Retention, RetentionCommand, RetentionRejection>;

/** Lets go of everything that is older than the plans keep it, in one domain and all organizations. */
export type FlushAll = (
  domain: RetentionDomain,
  by: Actor,
) => Promise<FlushResult & { readonly position: Position }>;

/** The counter of a plan whose retention a domain has. */
const COUNTER = { traces: 'traces_ingested', events: 'events_ingested' } as const;

/** One organization after the other; one that fails stops no other. */
export function createFlushAll(deps: {
  readonly service: Pick<ServiceDependencies, 'clock' | 'ids'>;
  readonly retention: RetentionHandler;
  readonly directory: Pick<Directory, 'organizations'>;
  readonly planOf: (organization: string) => PlanInForce | null;
}): FlushAll {
  const { service, retention, directory, planOf } = deps;
  const underWay = new Set<RetentionDomain>();

  const flushOne = async (organization: string, domain: RetentionDomain, by: Actor) => {
    const plan = planOf(organization);
    const minutes = plan && minutesOf(plan, domain);
    if (plan === null || minutes === null) return null;
    const before = new Date(service.clock.nowMs() - minutes * 60_000).toISOString();
    return retention.handle(
      streamName('retention', organization),
      { kind: 'flush', domain, before, minutes, plan: plan.plan, by },
      edgeMetadata(service, { organization }),
    );
  };

  const flushAll: FlushAll = async (domain, by) => {
    const flushed: { organization: string; before: string }[] = [];
    const held: string[] = [];
    const failed: { organization: string; detail: string }[] = [];
    let position: Position = 0;
    for (const { data } of directory.organizations()) {
      const { organization_id: organization } = data;
      const handled = await flushOne(organization, domain, by).catch((cause: unknown) => ({
        kind: 'broken' as const,
        detail: String(cause),
      }));
      if (handled === null) continue;
      if (handled.kind === 'broken') failed.push({ organization, detail: handled.detail });
      else if (handled.kind === 'failed') {
        failed.push({ organization, detail: describeStoreError(handled.error) });
      } else if (handled.kind === 'rejected') held.push(organization);
      else {
        position = Math.max(position, handled.position);
        const before = handled.state.before[domain];
        if (before !== undefined) flushed.push({ organization, before });
      }
    }
    return { status: failed.length > 0 ? 'failed' : 'success', flushed, held, failed, position };
  };

  return async (domain, by) => {
    if (underWay.has(domain)) return { status: 'skipped', flushed: [], held: [], failed: [], position: 0 };
    underWay.add(domain);
    return flushAll(domain, by).finally(() => underWay.delete(domain));
  };
}

/** The shortest that the plan says; null: it keeps for ever. */
function minutesOf({ entry }: PlanInForce, domain: RetentionDomain): number | null {
  const windows = (entry.counters[COUNTER[domain]] ?? []).flatMap(({ retention }) => retention ?? []);
  return windows.length === 0 ? null : Math.min(...windows);
}

const HALF_HOUR = 1_800_000;
/** Minutes past the hour and half hour: the domains are looked after apart from each other. */
const OFFSETS: Readonly<Record<RetentionDomain, number>> = { traces: 0, events: 7 * 60_000 };
const SYSTEM: Actor = { kind: 'system', id: 'countersign' };

/** Flushes each domain every half hour of the clock, from the first one on that begins after the start. */
export function createFlushSchedule(
  flushAll: FlushAll,
  nowMs: number,
  onFailed: (result: FlushResult) => void,
): DueSource<RetentionDomain> {
  const slotOf = (domain: RetentionDomain, at: number) => Math.floor((at - OFFSETS[domain]) / HALF_HOUR);
  const done = { traces: slotOf('traces', nowMs), events: slotOf('events', nowMs) };
  return {
    find: async (now) =>
      (['traces', 'events'] as const).filter((domain) => slotOf(domain, now) > done[domain]),
    async fire(domain, now) {
      done[domain] = slotOf(domain, now);
      const result = await flushAll(domain, SYSTEM);
      if (result.status === 'failed') onFailed(result);
    },
  };
}
