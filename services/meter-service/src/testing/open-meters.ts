import { afterEach } from 'vitest';
import type { RunningMeter } from './running-meter.ts';

/** Keeps what a test starts, and closes it when the test has ended. */
export function closingMeters(): (starting: Promise<RunningMeter>) => Promise<RunningMeter> {
  const open: RunningMeter[] = [];
  afterEach(async () => {
    for (const meter of open.splice(0)) await meter.close();
  });
  return async (starting) => {
    const meter = await starting;
    open.push(meter);
    return meter;
  };
}
