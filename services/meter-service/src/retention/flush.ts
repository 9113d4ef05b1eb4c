import type { FlushResult } from '@countersign/contracts';
import type { Directory } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import { type CommandHandler, describeStoreError, type Position } from '@countersign/event-store';
import { edgeMetadata, type ServiceDependencies } from '@countersign/service';
import type { PlanInForce } from '../meter/plan-in-force.ts';
import type { Actor } from '../plan/events.ts';
import { INSTALLATION_ORGANIZATION } from '../plan/publish-at-start.ts';
import type { Retention, RetentionCommand, RetentionRejection } from './decide.ts';
import type { RetentionDomain } from './events.ts';
import { type BeginFlush, type EndFlush, type FlushRuns, isUnderWay } from './run.ts';
import { slotOf } from './slot.ts';

/** Handles commands to the retention of organizations. */
export type RetentionHandler = CommandHandler<Retention, RetentionCommand, RetentionRejection>;

/** What became of it; `unasked`: the ledger did not say whether another flush is under way. */
export interface Flushed extends Omit<FlushResult, 'status'> {
  readonly status: FlushResult['status'] | 'unasked';
  readonly position: Position;
}

/** Lets go of everything that is older than the plans keep it, in one domain and all organizations. */
export type FlushAll = (domain: RetentionDomain, by: Actor, why?: 'by the clock') => Promise<Flushed>;

/** When a flush that does not end is taken for dead: it is then another's turn. Less than a half hour. */
export const FLUSH_DEAD_AFTER_MS = 600_000;

/** The counter of a plan whose retention a domain has. */
const COUNTER = { traces: 'traces_ingested', events: 'events_ingested' } as const;

/** One organization after the other; one that fails stops no other. */
export function createFlushAll(deps: {
  readonly service: Pick<ServiceDependencies, 'clock' | 'ids'>;
  readonly retention: RetentionHandler;
  readonly runs: CommandHandler<FlushRuns, BeginFlush | EndFlush, 'busy' | 'done'>;
  readonly directory: Pick<Directory, 'organizations'>;
  readonly planOf: (organization: string) => PlanInForce | null;
}): FlushAll {
  const { service, retention, runs, directory, planOf } = deps;

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

  const flushAll = async (domain: RetentionDomain, by: Actor): Promise<Flushed> => {
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

  return async (domain, by, why) => {
    const at = service.clock.nowMs();
    const runId = service.ids.next();
    const metadata = () => edgeMetadata(service, { organization: INSTALLATION_ORGANIZATION });
    const stream = (slot: number) => streamName('flushrun', `${domain}-${slot}`);
    const slot = slotOf(domain, at);
    const nothing = { flushed: [], held: [], failed: [], position: 0 };
    // One that began shortly before this half hour did may be under way still.
    const before = await runs.load(stream(slot - 1)).catch(() => null);
    if (before === null) return { status: 'unasked', ...nothing };
    if (isUnderWay(before.state, at)) return { status: 'skipped', ...nothing };
    const scheduled = why === 'by the clock';
    const until = at + FLUSH_DEAD_AFTER_MS;
    const begun = await runs.handle(stream(slot), { kind: 'begin', runId, scheduled, at, until }, metadata());
    if (begun.kind === 'failed') return { status: 'unasked', ...nothing };
    if (begun.kind === 'rejected') return { status: 'skipped', ...nothing };
    return flushAll(domain, by).finally(() => runs.handle(stream(slot), { kind: 'end', runId }, metadata()));
  };
}

/** The shortest that the plan says; null: it keeps for ever. */
function minutesOf({ entry }: PlanInForce, domain: RetentionDomain): number | null {
  const windows = (entry.counters[COUNTER[domain]] ?? []).flatMap(({ retention }) => retention ?? []);
  return windows.length === 0 ? null : Math.min(...windows);
}
