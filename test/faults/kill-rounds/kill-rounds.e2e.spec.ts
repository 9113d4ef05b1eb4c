import { temporaryDirectory } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { runKillRounds } from './rounds.ts';

const ROUNDS = Number(process.env.COUNTERSIGN_FAULT_ROUNDS ?? 20);
const SEED = Number(process.env.COUNTERSIGN_FAULT_SEED ?? 1);
/** A round takes two seconds on a slow machine; this is to notice one that hangs. */
const TIMEOUT_MS = 60_000 + ROUNDS * 15_000;

describe('an installation that is killed under load, again and again', () => {
  it(
    `keeps every promise over ${ROUNDS} rounds (seed ${SEED})`,
    async () => {
      await using directory = await temporaryDirectory();
      const report = await runKillRounds({ rounds: ROUNDS, seed: SEED, directory: directory.path });
      expect(report.complaints).toEqual([]);
      expect(report.held).toBe(report.quota);
      expect(report.demand).toBe(3 * report.quota);
      // The faults did happen, and under load.
      expect(report.cuts).toBe(Math.floor(ROUNDS / 2));
      expect(report.lost).toBeGreaterThan(ROUNDS);
      expect(report.acknowledged).toBeGreaterThan(20 * ROUNDS);
    },
    TIMEOUT_MS,
  );
});
