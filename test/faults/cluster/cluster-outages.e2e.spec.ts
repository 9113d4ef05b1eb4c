import { temporaryDirectory } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { brokenPerson } from './faults/broken-person.ts';
import { deal } from './faults/draw.ts';
import { outages } from './faults/outage.ts';
import { poisonedRecords } from './faults/poison.ts';
import { runClusterRounds } from './rounds.ts';

const SEED = Number(process.env.COUNTERSIGN_FAULT_SEED ?? 1);
const FAULTS = [...outages, poisonedRecords, brokenPerson];
const WITHIN_MS = 900_000;
const STARTS_WITHIN_MS = 300_000;

describe('a cluster of one instance each', () => {
  it(
    `refuses while what it needs is away, and puts aside what it can not handle (seed ${SEED})`,
    async () => {
      await using directory = await temporaryDirectory();
      const report = await runClusterRounds({
        directory: directory.path,
        faults: (random) => deal(random, FAULTS, FAULTS.length),
        brokers: 1,
        instances: {},
        // Short, to be seen where no verdict can come.
        decisionTimeoutMs: 5_000,
        seed: SEED,
        withinMs: WITHIN_MS,
      });
      expect(report.complaints).toEqual([]);
      expect(report.held, JSON.stringify(report)).toBe(report.quota);
      expect(report.faults).toHaveLength(FAULTS.length);
      expect(report.acknowledged).toBeGreaterThan(20 * report.faults.length);
    },
    WITHIN_MS + STARTS_WITHIN_MS,
  );
});
