import { createHash } from 'node:crypto';
import { type Client, listAll } from '../client.ts';
import type { Acknowledgement } from './acknowledgement.ts';
import { ledgerEvent } from './ledger-event.ts';
import { createOracle, type Oracle } from './oracle.ts';

/** One organization's ledger as it is read after every restart, and what its clients were told. */
export interface LedgerReading {
  readonly acknowledged: Acknowledgement[];
  readonly oracle: Oracle;
  /** Reads what is new, and answers everything wrong up to now. */
  readOn(owner: Client): Promise<readonly string[]>;
  /** Reads everything again from the beginning: what was read before may not have changed. */
  readAgain(owner: Client): Promise<readonly string[]>;
  eventsRead(): number;
}

export function createLedgerReading(name: string, quota: number | null): LedgerReading {
  const oracle = createOracle(quota);
  const acknowledged: Acknowledgement[] = [];
  const digest = createHash('sha256');
  let eventsRead = 0;
  const complained = new Set<string>();

  return {
    oracle,
    acknowledged,
    eventsRead: () => eventsRead,
    async readOn(owner) {
      for (const item of await listAll(owner, '/v1/events', oracle.position())) {
        oracle.read(ledgerEvent(item));
        digest.update(JSON.stringify(item));
        eventsRead += 1;
      }
      const fresh = oracle.complaints(acknowledged).filter((what) => !complained.has(what));
      for (const what of fresh) complained.add(what);
      return fresh.map((what) => `${name}: ${what}`);
    },
    async readAgain(owner) {
      const again = createOracle(quota);
      const digestAgain = createHash('sha256');
      for (const item of await listAll(owner, '/v1/events')) {
        again.read(ledgerEvent(item));
        digestAgain.update(JSON.stringify(item));
      }
      const changed =
        digestAgain.digest('hex') === digest.copy().digest('hex') ? [] : ['its past has changed'];
      return [...again.complaints(acknowledged), ...changed].map((what) => `${name}, read again: ${what}`);
    },
  };
}
