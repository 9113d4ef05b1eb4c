import type { Meter, ToolCall } from '@countersign/sdk';
import type { FoldedCalls } from './calls.ts';
import { type FoldedMeters, meterAt, meterKey } from './meters.ts';

/** Every difference between what events say and what the API answers, in words. None: they are the same. */
export function differences(
  folded: { readonly calls: FoldedCalls; readonly meters: FoldedMeters },
  answered: { readonly calls: readonly ToolCall[]; readonly meters: readonly Meter[] },
): readonly string[] {
  return [
    ...callDifferences(folded.calls, answered.calls),
    ...meterDifferences(folded.meters, answered.meters),
  ];
}

function callDifferences(folded: FoldedCalls, answered: readonly ToolCall[]): readonly string[] {
  const statuses = new Map(answered.map(({ id, status }) => [id, status]));
  const ids = new Set([...folded.keys(), ...statuses.keys()]);
  return [...ids].flatMap((id) => {
    const [events, api] = [folded.get(id)?.status, statuses.get(id)];
    return events === api ? [] : [`call ${id}: ${events} by its events, ${api} by the API`];
  });
}

function meterDifferences(folded: FoldedMeters, answered: readonly Meter[]): readonly string[] {
  const rows = new Map(
    answered.map((meter) => [
      // A meter without a period has no start in events; its row shows when counting began.
      meterKey({ ...meter, period_start: meter.period.end === null ? null : meter.period.start }),
      meter,
    ]),
  );
  const keys = new Set([...folded.meters.keys(), ...rows.keys()]);
  return [...keys].flatMap((key) => {
    const [events, api] = [meterAt(folded, key), rows.get(key)];
    if (api === undefined) return [`meter ${key} is not answered by the API`];
    const same =
      events.used === api.used && events.reserved === api.reserved && events.overrun === api.overrun;
    return same ? [] : [`meter ${key}: ${JSON.stringify(events)} by events, used ${api.used} by the API`];
  });
}
