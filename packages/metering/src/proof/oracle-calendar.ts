import type { PeriodKind } from '@countersign/access';

const DAY = 86_400_000;

/** Every first instant of a period of `kind` from 1969 to 2040, in UTC: written down day by day, nothing computed. */
function boundaries(kind: PeriodKind, anchorDay: number): readonly number[] {
  const found: number[] = [];
  for (let midnight = Date.UTC(1969, 0, 1); midnight < Date.UTC(2040, 0, 1); midnight += DAY) {
    const [month, day] = monthAndDay(midnight);
    const [, tomorrow] = monthAndDay(midnight + DAY);
    const isFirst = {
      daily: true,
      monthly: day === anchorDay || (tomorrow === 1 && day < anchorDay),
      yearly: month === 1 && day === 1,
    }[kind];
    if (isFirst) found.push(midnight);
  }
  return found;
}

function monthAndDay(midnight: number): readonly [number, number] {
  const [, month, day] = new Date(midnight).toISOString().slice(0, 10).split('-').map(Number);
  return [month ?? 0, day ?? 0];
}

const lists = new Map<string, readonly number[]>();

function boundariesOf(kind: PeriodKind, anchorDay: number): readonly number[] {
  const name = `${kind} ${anchorDay}`;
  const list = lists.get(name) ?? boundaries(kind, anchorDay);
  lists.set(name, list);
  return list;
}

/** The period of a UTC calendar that holds `instant`. */
export function utcPeriod(kind: PeriodKind, anchorDay: number, instant: number): readonly [number, number] {
  const list = boundariesOf(kind, anchorDay);
  const next = list.findIndex((boundary) => boundary > instant);
  return [list[next - 1] ?? Number.NaN, list[next] ?? Number.NaN];
}

/** The period after one that ended at `previousEnd` under `previousAnchor`, by the words of `periodAfter`. */
export function utcPeriodAfter(
  kind: PeriodKind,
  [previousEnd, previousAnchor]: readonly [number, number],
  anchorDay: number,
  instant: number,
): readonly [number, number] {
  const regular = utcPeriod(kind, anchorDay, instant);
  if (anchorDay === previousAnchor) return regular;
  const [replacedStart, replacedEnd] = utcPeriod(kind, previousAnchor, previousEnd);
  const half = (replacedEnd - replacedStart) / 2;
  const end =
    boundariesOf(kind, anchorDay).find(
      (boundary) => boundary > previousEnd && boundary - previousEnd >= half,
    ) ?? Number.NaN;
  return instant < end ? [previousEnd, end] : regular;
}
