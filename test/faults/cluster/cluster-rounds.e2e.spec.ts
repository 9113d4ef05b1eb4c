import { temporaryDirectory } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { drawFaults } from './faults/draw.ts';
import { runClusterRounds } from './rounds.ts';

const KILLS = Number(process.env.COUNTERSIGN_FAULT_ROUNDS ?? 4);
const SEED = Number(process.env.COUNTERSIGN_FAULT_SEED ?? 1);
/** A round takes as long as a lost instance's session and its successor's start; this is to notice one that hangs. */
const WITHIN_MS = 300_000 + KILLS * 150_000;
const STARTS_WITHIN_MS = 300_000;

describe('a cluster that bad things happen to under load, one after another', () => {
  it(
    `keeps every promise over ${KILLS} kills and what comes with them (seed ${SEED})`,
    async () => {
      await using directory = await temporaryDirectory();
      const report = await runClusterRounds({
        directory: directory.path,
        faults: (random) => drawFaults(random, KILLS),
        brokers: 3,
        instances: { gateway: 2, 'meter-service': 3, 'policy-engine': 2 },
        decisionTimeoutMs: 30_000,
        seed: SEED,
        withinMs: WITHIN_MS,
      });
      expect(report.complaints).toEqual([]);
      expect(report.held, JSON.stringify(report)).toBe(report.quota);
      expect(report.faults.filter((name) => name.startsWith('kill'))).toHaveLength(KILLS);
      // Under load, and for more than there was.
      expect(report.demand).toBeGreaterThan(report.quota);
      expect(report.acknowledged).toBeGreaterThan(20 * report.faults.length);
      expect(report.effective).toBeGreaterThan(0);
    },
    WITHIN_MS + STARTS_WITHIN_MS,
  );
});
