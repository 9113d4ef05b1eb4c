import { temporaryDirectory } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { runClusterRounds } from './rounds.ts';

const ROUNDS = Number(process.env.COUNTERSIGN_FAULT_ROUNDS ?? 4);
const SEED = Number(process.env.COUNTERSIGN_FAULT_SEED ?? 1);
/** A round takes as long as a killed instance's session and its successor's start; this is to notice one that hangs. */
const TIMEOUT_MS = 120_000 + ROUNDS * 60_000;

describe('a cluster whose processes are killed under load, one after another', () => {
  it(
    `keeps every promise over ${ROUNDS} rounds (seed ${SEED})`,
    async () => {
      await using directory = await temporaryDirectory();
      const report = await runClusterRounds(directory.path, ROUNDS, SEED);
      expect(report.complaints).toEqual([]);
      expect(report.held, JSON.stringify(report)).toBe(report.quota);
      expect(report.killed).toHaveLength(ROUNDS);
      // Under load, and for more than there was.
      expect(report.demand).toBeGreaterThan(report.quota);
      expect(report.acknowledged).toBeGreaterThan(20 * ROUNDS);
    },
    TIMEOUT_MS,
  );
});
