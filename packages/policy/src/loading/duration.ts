import { type Located, type Reading, readText, report } from '@countersign/strict-yaml';
import { MAX_TTL_MS, MIN_TTL_MS } from '../limits.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
const REMEDY = 'write a whole number with s, m or h, such as 60s, 15m or 1h; at least 1s, at most 168h';

/** A duration such as `2s`, `15m` or `1h`, in milliseconds. */
export function readDuration(reading: Reading, at: Located): number | undefined {
  const text = readText(reading, at, REMEDY);
  if (text === undefined) return undefined;
  const [, amount, unit] = /^([1-9][0-9]{0,6})([smh])$/.exec(text) ?? [];
  const ms = Number(amount) * (UNITS[unit ?? ''] ?? Number.NaN);
  if (ms >= MIN_TTL_MS && ms <= MAX_TTL_MS) return ms;
  return report(
    reading,
    at,
    'bad_duration',
    `${JSON.stringify(text.slice(0, 80))} is not such a duration`,
    REMEDY,
  );
}
