import {
  type SeededRandom,
  type StandaloneProcess,
  seededRandom,
  startStandalone,
} from '@countersign/testing';
import { type Client, createClient } from '../client.ts';
import { createErrands, type Errand } from './errand.ts';
import { createLedgerReading, type LedgerReading } from './ledger-reading.ts';
import { emptyReport, type RoundsReport } from './report.ts';
import type { Scene } from './run-errand.ts';
import { ownerOf, registerTenants, type TenantName, type Tenants, tenantNames } from './tenants.ts';

/** What lasts over all rounds: the data directory, and everything that clients and the oracle know. */
export interface Campaign {
  readonly directory: string;
  readonly random: SeededRandom;
  readonly makeErrand: ReturnType<typeof createErrands>;
  readonly errands: Errand[];
  readonly readings: Readonly<Record<TenantName, LedgerReading>>;
  readonly report: RoundsReport;
  /** Made in the first round. */
  tenants: Tenants | null;
}

/** An installation of the campaign that runs now. */
export interface RunningRound {
  readonly standalone: StandaloneProcess;
  sceneOf(errand: Errand): Scene;
  ownerOf(name: TenantName): Client;
}

/**
 * No permit lapses and nothing is abandoned meanwhile: what is given back is what clients say. A verdict may take longer
 * than a slow machine stalls, and some restarts still take longer than that.
 */
const ENV = {
  COUNTERSIGN_PERMIT_TTL_MS: '3600000',
  COUNTERSIGN_OUTCOME_TTL_MS: '3600000',
  COUNTERSIGN_DECISION_TIMEOUT_MS: '4000',
};

export function createCampaign(directory: string, seed: number, quota: number): Campaign {
  const random = seededRandom(seed);
  return {
    directory,
    random,
    makeErrand: createErrands(random),
    errands: [],
    readings: { metered: createLedgerReading('metered', quota), open: createLedgerReading('open', null) },
    report: emptyReport(quota),
    tenants: null,
  };
}

/** Starts the installation on what the last round left. `onAnswer` hears of every answer to a client. */
export async function startRound(campaign: Campaign, onAnswer: () => void): Promise<RunningRound> {
  const { report, readings, directory } = campaign;
  const standalone = await startStandalone({ dataDirectory: directory, env: ENV });
  const { url, ownerKey } = standalone;
  campaign.tenants ??= await registerTenants(url, ownerKey, report.quota);
  const { tenants } = campaign;

  const counted = (key: string): Client => {
    const client = createClient(url, key);
    return async (...request) => {
      const reply = await client(...request);
      if (reply.kind === 'lost') report.lost += 1;
      else {
        report.answers += 1;
        onAnswer();
      }
      return reply;
    };
  };
  const sceneOf = (name: TenantName): Scene => ({
    agent: counted(tenants[name].agentKey),
    operator: counted(tenants[name].operatorKey),
    acknowledge: (told) => void readings[name].acknowledged.push(told),
    complain: (what) => void report.complaints.push(`${name}: ${what}`),
  });
  const scenes = { metered: sceneOf('metered'), open: sceneOf('open') };
  return {
    standalone,
    sceneOf: ({ tenant }) => scenes[tenant],
    ownerOf: (name) => ownerOf(tenants[name], url, ownerKey),
  };
}

/** Reads what the ledger has now; `again` reads it from its beginning as well. */
export async function judge(campaign: Campaign, { ownerOf }: RunningRound, again = false): Promise<void> {
  for (const name of tenantNames) {
    const reading = campaign.readings[name];
    campaign.report.complaints.push(...(await reading.readOn(ownerOf(name))));
    if (again) campaign.report.complaints.push(...(await reading.readAgain(ownerOf(name))));
  }
}
