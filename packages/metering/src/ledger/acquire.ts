import type { Acquire } from './commands.ts';
import type { MeterEvent } from './events.ts';
import { type MeterRejection, reject } from './rejection.ts';
import { reserve } from './reserve.ts';
import type { MeterLedger, Settings } from './state.ts';

/** Raises a gauge: a reservation that ends only by release. */
export function acquire(
  { key, amount, ...command }: Acquire,
  ledger: MeterLedger,
  settings: Settings,
  now: number,
): readonly MeterEvent[] | MeterRejection {
  if (settings.rulesOfKey.get(key)?.some(({ kind }) => kind === 'counter')) {
    return reject('invalid_command', `${key} is a counter: reserve and commit it`);
  }
  const held = { amounts: [{ key, amount }], traffic: null, expiresAt: null, onExpiry: 'release' } as const;
  return reserve({ ...command, ...held }, ledger, settings, now);
}
