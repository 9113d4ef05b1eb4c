import type { Plan } from '@countersign/access';
import type { Directory, PlanCatalog } from '@countersign/directory';
import { type Configure, decide, evolve, isMeterRejection, type MeterLedger } from '@countersign/metering';

/** What an organization's meters count by: its plan and its calendar. */
export type PlanInForce = Pick<Configure, 'plan' | 'entry' | 'zone' | 'anchorDay'>;

/** Stands for a plan that is not in force: it names nothing, so every call is refused. */
const NAMES_NOTHING: Plan = { flags: {}, counters: {}, gauges: {}, throttles: [] };

/** The plan that an organization is on, as last published; `null` for an organization that there is not. */
export function planInForce(
  directory: Directory,
  catalog: PlanCatalog,
  organization: string,
): PlanInForce | null {
  const entry = directory.organization(organization);
  if (!entry) return null;
  const { zone, anchor_day: anchorDay } = entry.data;
  return { plan: entry.plan, entry: catalog.entry(entry.plan)?.plan ?? NAMES_NOTHING, zone, anchorDay };
}

/** Tells which ledgers have which plan, so that plans are compared when one of the two has changed and not at every call. */
export function createKnownPlans() {
  const known = new WeakMap<object, PlanInForce>();
  return {
    has({ settings }: MeterLedger, plan: PlanInForce): boolean {
      const seen = settings && known.get(settings);
      return (
        seen != null &&
        seen.entry === plan.entry &&
        seen.plan === plan.plan &&
        seen.zone === plan.zone &&
        seen.anchorDay === plan.anchorDay
      );
    },
    remember({ settings }: MeterLedger, plan: PlanInForce): void {
      if (settings) known.set(settings, plan);
    },
  };
}

/** The ledger as it will be at the next call: under the plan in force. The given one stays as it is. */
export function underPlan(ledger: MeterLedger, plan: PlanInForce, at: number): MeterLedger {
  const configured = decide({ type: 'configure', at, ...plan }, ledger);
  if (isMeterRejection(configured) || configured.length === 0) return ledger;
  return configured.reduce(evolve, structuredClone(ledger));
}
