import type { ServiceName } from '@countersign/infra-cluster';
import { type SeededRandom, seededRandom } from '@countersign/testing';
import type { Errand } from '../kill-rounds/errand.ts';
import { type Campaign, startCampaign } from './campaign.ts';
import type { Fault } from './faults/fault.ts';
import { createGroups } from './groups.ts';
import { judge } from './judge.ts';
import { startMachine } from './machine.ts';
import { inTime } from './open-errands.ts';
import type { ClusterReport } from './report.ts';

/** No permit lapses and nothing is abandoned meanwhile: what is given back is what clients say. */
const SETTINGS = { COUNTERSIGN_PERMIT_TTL_MS: '3600000', COUNTERSIGN_OUTCOME_TTL_MS: '3600000' };

/** The fault happens after so many answers at most, and a round goes on for so many after all is whole again. */
const MAX_ANSWERS = 60;
const ANSWERS_AFTER = 40;
/** The strict quota grows with the rounds, and twice as many calls ask for it under faults, as many again after them. */
const QUOTA_PER_ROUND = 6;
const DEMAND_PER_QUOTA = 2;

export interface RoundsOptions {
  readonly directory: string;
  /** Chooses what happens, in which order; one each round. */
  readonly faults: (random: SeededRandom) => readonly Fault[];
  readonly brokers: 1 | 3;
  readonly instances: Partial<Record<ServiceName, number>>;
  /** A verdict may take as long as what is lost takes to come back, unless it is to be seen that it does not come. */
  readonly decisionTimeoutMs: number;
  readonly seed: number;
  /** After so long it is given up, with what it still waits for. */
  readonly withinMs: number;
}

/** Does one bad thing to a cluster in each round, under load, and judges its event store and topics at the end. */
export async function runClusterRounds(options: RoundsOptions): Promise<ClusterReport> {
  const { directory, brokers, instances, seed, withinMs } = options;
  const random = seededRandom(seed);
  const faults = options.faults(random);
  const settings = { ...SETTINGS, COUNTERSIGN_DECISION_TIMEOUT_MS: String(options.decisionTimeoutMs) };
  const machine = await startMachine({ directory, brokers, instances, settings });
  try {
    const campaign = await startCampaign(machine, random, faults.length * QUOTA_PER_ROUND);
    const { report, open } = campaign;
    const all = async () => {
      for (const [index, fault] of faults.entries()) await runRound(campaign, index + 1, fault);
      await finish(campaign);
      await judge(campaign);
      return report;
    };
    return await inTime(
      all(),
      withinMs,
      () => `round ${report.faults.length}, ${report.faults.at(-1)}\nopen errands:\n${open.describe()}`,
    );
  } finally {
    await machine.close();
  }
}

/** Clients work; something happens; clients work on, and what they have begun they finish. */
async function runRound(campaign: Campaign, round: number, fault: Fault): Promise<void> {
  const { machine, random, report, tenants, acknowledged } = campaign;
  report.faults.push(fault.name);
  const scene = {
    machine,
    random,
    groups: createGroups(machine.kafka.brokers),
    tenant: tenants.open,
    acknowledge: (told: Parameters<typeof acknowledged.open.push>[0]) => void acknowledged.open.push(told),
    complain: (what: string) => void report.complaints.push(`${fault.name}: ${what}`),
  };
  let answersLeft = 1 + random.below(MAX_ANSWERS);
  let striking: Promise<void> | null = null;
  let isOver = false;
  const strike = async () => {
    try {
      await fault.strike(scene);
      answersLeft = ANSWERS_AFTER;
    } catch (cause) {
      throw new Error(`round ${round}, ${fault.name}: ${(cause as Error).message}`, { cause });
    }
  };
  const onAnswer = () => {
    answersLeft -= 1;
    if (answersLeft > 0 || striking) return;
    striking = strike().finally(() => {
      isOver = true;
    });
    // Awaited below; until then it is nobody's.
    striking.catch(() => {});
  };
  const make = () => (isOver && answersLeft <= 0 ? null : makeErrand(campaign, round));
  await campaign.work(round, make, onAnswer);
  await striking;
}

/** Whoever waits for a human hears of one, and what is left of the quota is asked for until the store shows none. */
async function finish(campaign: Campaign): Promise<void> {
  const { report } = campaign;
  const round = Number.POSITIVE_INFINITY;
  const nothing = () => {};
  await campaign.work(round, () => null, nothing);
  let left = report.quota;
  const demandAll = () => {
    left -= 1;
    return left < 0 ? null : demand(campaign, report.faults.length, 'at-once');
  };
  await campaign.work(round, demandAll, nothing);
}

/** The metered organization and the open one by turns, until the quota has been asked for often enough. */
function makeErrand(campaign: Campaign, round: number): Errand {
  const { errands, report } = campaign;
  const metered = errands.length % 2 === 0 && report.demand < report.quota * DEMAND_PER_QUOTA;
  const errand = metered ? demand(campaign, round) : campaign.make('open', round);
  // What happens may hit the one that owes it a verdict: it may end without one, and its client keeps its connection.
  errand.interrupted = true;
  return errand;
}

function demand(campaign: Campaign, round: number, kind?: Errand['kind']): Errand {
  campaign.report.demand += 1;
  return campaign.make('metered', round, kind);
}
