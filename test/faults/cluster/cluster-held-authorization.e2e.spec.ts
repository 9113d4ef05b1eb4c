import { seededRandom, temporaryDirectory } from '@countersign/testing';
import { expect, it } from 'vitest';
import { authorizeBehindEffect } from './faults/held-authorization.ts';
import { createGroups } from './groups.ts';
import { startMachine } from './machine.ts';

const SEED = Number(process.env.COUNTERSIGN_FAULT_SEED ?? 1);
const WITHIN_MS = 600_000;

it(
  `a permit that gets to the store behind the effect of a kill switch is told to nobody and never redeemed (seed ${SEED})`,
  async () => {
    await using directory = await temporaryDirectory();
    const settings = { COUNTERSIGN_PERMIT_TTL_MS: '3600000', COUNTERSIGN_DECISION_TIMEOUT_MS: '60000' };
    const machine = await startMachine({ directory: directory.path, brokers: 1, settings });
    const complaints: string[] = [];
    try {
      await authorizeBehindEffect({
        machine,
        groups: createGroups(machine.kafka.brokers),
        random: seededRandom(SEED),
        complain: (what) => void complaints.push(what),
      });
      await machine.stopServices();
    } finally {
      await machine.close();
    }
    expect(complaints).toEqual([]);
    expect(machine.complaints()).toEqual([]);
  },
  WITHIN_MS,
);
