import type { Plan } from '@countersign/access';
import { isTimeZone } from '../calendar/time-zone.ts';
import { throttleRules } from '../throttle/throttle-rule.ts';
import type { Configure } from './commands.ts';
import type { MeterEvent } from './events.ts';
import { instantOf } from './instant.ts';
import { type QuotaRule, quotaRules } from './quota-rule.ts';
import { type MeterRejection, reject } from './rejection.ts';
import type { MeterLedger, Settings } from './state.ts';

/** Puts a plan and a calendar in force. A limit lowered below what is used refuses what comes next and cancels nothing. */
export function configure(
  { plan, entry, zone, anchorDay }: Configure,
  ledger: MeterLedger,
  now: number,
): readonly MeterEvent[] | MeterRejection {
  if (!isTimeZone(zone))
    return reject('invalid_command', `zone ${JSON.stringify(zone)} is not an IANA time zone`);
  const wanted = { plan, entry, zone, anchor_day: anchorDay };
  if (ledger.settings !== null && sameSettings(ledger.settings, wanted)) return [];
  const book = Math.max(ledger.book, 1);
  return [{ type: 'quota-configured.v1', data: { at: instantOf(now), book, ...wanted, carried: null } }];
}

/** A plan and a calendar as events write them. */
interface WrittenSettings {
  readonly plan: string;
  readonly entry: Plan;
  readonly zone: string;
  readonly anchor_day: number;
}

/** Settings as events write them. */
export function writtenSettings({ plan, entry, calendar }: Settings): WrittenSettings {
  return { plan, entry, zone: calendar.zone, anchor_day: calendar.anchorDay };
}

function sameSettings(settings: Settings, wanted: WrittenSettings): boolean {
  return JSON.stringify(writtenSettings(settings)) === JSON.stringify(wanted);
}

/** Settings as events wrote them, with their rules looked up by key and name. */
export function readSettings({ plan, entry, zone, anchor_day }: WrittenSettings): Settings {
  const rules = quotaRules(entry);
  const rulesOfKey = new Map<string, QuotaRule[]>();
  for (const rule of rules) rulesOfKey.set(rule.key, [...(rulesOfKey.get(rule.key) ?? []), rule]);
  return {
    plan,
    entry,
    calendar: { zone, anchorDay: anchor_day },
    rulesOfKey,
    rules: new Map(rules.map((rule) => [rule.rule, rule])),
    throttles: new Map(throttleRules(entry).map((throttle) => [throttle.throttle, throttle])),
  };
}
