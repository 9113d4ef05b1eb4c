import { type SeededRandom, seededRandom } from '@countersign/testing';
import { type Client, createClient, listAll } from '../client.ts';
import type { Acknowledgement } from '../kill-rounds/acknowledgement.ts';
import { createErrands, type Errand } from '../kill-rounds/errand.ts';
import { createOracle } from '../kill-rounds/oracle.ts';
import { createQueue, runQueue } from '../kill-rounds/queue.ts';
import { runErrand, type Scene } from '../kill-rounds/run-errand.ts';
import {
  ownerOf,
  registerTenants,
  type TenantName,
  type Tenants,
  tenantNames,
} from '../kill-rounds/tenants.ts';
import { type Machine, startMachine, VICTIMS, type Victim } from './machine.ts';
import { asLedgerEvent, readStore } from './published.ts';
import { readTopics } from './read-topics.ts';
import { createTopicOrder } from './topic-order.ts';

/** What the rounds came to. */
export interface ClusterReport {
  readonly quota: number;
  readonly killed: Victim[];
  answers: number;
  lost: number;
  calls: number;
  undecided: number;
  demand: number;
  acknowledged: number;
  events: number;
  /** Records that topics hold a second time. */
  repeated: number;
  /** Calls that hold the strict quota at the end. */
  held: number;
  readonly complaints: string[];
}

/** Requests under way at any time. */
const CLIENTS = 8;
/** Somebody is killed after so many answers at most, and a round goes on for so many after the other is there. */
const MAX_ANSWERS = 60;
const ANSWERS_AFTER = 40;
/** The strict quota grows with the rounds, and twice as many calls ask for it under faults, as many again after them. */
const QUOTA_PER_ROUND = 6;
const DEMAND_PER_QUOTA = 2;

interface Campaign {
  readonly machine: Machine;
  readonly random: SeededRandom;
  readonly tenants: Tenants;
  readonly errands: Errand[];
  readonly make: ReturnType<typeof createErrands>;
  readonly acknowledged: Readonly<Record<TenantName, Acknowledgement[]>>;
  readonly report: ClusterReport;
}

/** Kills processes of a whole cluster under load, one each round, and judges its event store and topics at the end. */
export async function runClusterRounds(
  directory: string,
  rounds: number,
  seed: number,
): Promise<ClusterReport> {
  const random = seededRandom(seed);
  const machine = await startMachine(directory, random);
  try {
    const { url, ownerKey } = machine.cluster;
    const quota = rounds * QUOTA_PER_ROUND;
    const campaign: Campaign = {
      machine,
      random,
      tenants: await registerTenants(url, ownerKey, quota),
      errands: [],
      make: createErrands(random),
      acknowledged: { metered: [], open: [] },
      report: emptyReport(quota),
    };
    const victims = drawVictims(random, rounds);
    for (const [index, victim] of victims.entries()) await runRound(campaign, index + 1, victim);
    await finish(campaign);
    await judge(campaign);
    return campaign.report;
  } finally {
    await machine.close();
  }
}

/** Every victim once before any comes again. */
function drawVictims(random: SeededRandom, rounds: number): Victim[] {
  const drawn: Victim[] = [];
  while (drawn.length < rounds) {
    const left = [...VICTIMS];
    while (left.length > 0) drawn.push(...left.splice(random.below(left.length), 1));
  }
  return drawn.slice(0, rounds);
}

/** Clients work; somebody is killed and replaced; clients work on, and what they have begun they finish. */
async function runRound(campaign: Campaign, round: number, victim: Victim): Promise<void> {
  const { machine, random, report } = campaign;
  let answersLeft = 1 + random.below(MAX_ANSWERS);
  let replaced: Promise<void> | null = null;
  let isReplaced = false;
  const onAnswer = () => {
    answersLeft -= 1;
    if (answersLeft > 0 || replaced) return;
    replaced = machine.killAndReplace(victim).then(() => {
      answersLeft = ANSWERS_AFTER;
      isReplaced = true;
    });
  };
  const make = () => (isReplaced && answersLeft <= 0 ? null : makeErrand(campaign, round));
  await work(campaign, round, make, onAnswer);
  await replaced;
  report.killed.push(victim);
}

/** Whoever waits for a human hears of one, and what is left of the quota is asked for until the store shows none. */
async function finish(campaign: Campaign): Promise<void> {
  const { report } = campaign;
  const round = Number.POSITIVE_INFINITY;
  const nothing = () => {};
  await work(campaign, round, () => null, nothing);
  let left = report.quota;
  const demandAll = () => {
    left -= 1;
    return left < 0 ? null : demand(campaign, report.killed.length, 'at-once');
  };
  await work(campaign, round, demandAll, nothing);
}

async function work(
  campaign: Campaign,
  round: number,
  make: () => Errand | null,
  onAnswer: () => void,
): Promise<void> {
  const scenes = {
    metered: sceneOf(campaign, 'metered', onAnswer),
    open: sceneOf(campaign, 'open', onAnswer),
  };
  await runQueue(createQueue(campaign.errands, round, make), CLIENTS, async (errand) => {
    while ((await runErrand(errand, scenes[errand.tenant], round)) === 'lost') {
      // The same again with the same key, as clients do.
    }
    return 'paused';
  });
}

function sceneOf(
  { machine, tenants, acknowledged, report }: Campaign,
  name: TenantName,
  onAnswer: () => void,
): Scene {
  const counted = (key: string): Client => {
    const client = createClient(machine.cluster.url, key);
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
  return {
    agent: counted(tenants[name].agentKey),
    operator: counted(tenants[name].operatorKey),
    acknowledge: (told) => void acknowledged[name].push(told),
    complain: (what) => void report.complaints.push(`${name}: ${what}`),
  };
}

/** The metered organization and the open one by turns, until the quota has been asked for often enough. */
function makeErrand(campaign: Campaign, round: number): Errand {
  const { errands, report } = campaign;
  const metered = errands.length % 2 === 0 && report.demand < report.quota * DEMAND_PER_QUOTA;
  const errand = metered ? demand(campaign, round) : campaign.make('open', round);
  // Whoever is killed may be the one that owes it a verdict: it may end without one, and its client keeps its connection.
  errand.interrupted = true;
  return errand;
}

function demand(campaign: Campaign, round: number, kind?: Errand['kind']): Errand {
  campaign.report.demand += 1;
  return campaign.make('metered', round, kind);
}

async function judge({ machine, tenants, acknowledged, errands, report }: Campaign): Promise<void> {
  const { url, ownerKey } = machine.cluster;
  for (const name of tenantNames) {
    const parked = await listAll(ownerOf(tenants[name], url, ownerKey), '/v1/parked');
    report.complaints.push(...parked.map((item) => `${name}: parked ${JSON.stringify(item)}`));
  }
  const order = createTopicOrder(await readStore(machine.storeUrl));
  await readTopics(machine.brokers, order);
  report.complaints.push(...order.complaints(), ...machine.endedAlone());
  report.repeated = order.repeated();
  await machine.stopServices();

  const events = await readStore(machine.storeUrl);
  for (const name of tenantNames) {
    const oracle = createOracle(name === 'metered' ? report.quota : null);
    const own = events.filter(({ organization }) => organization === tenants[name].organization);
    for (const event of own) oracle.read(asLedgerEvent(event));
    report.complaints.push(...oracle.complaints(acknowledged[name]).map((what) => `${name}: ${what}`));
    report.acknowledged += acknowledged[name].length;
    if (name === 'metered') report.held = oracle.held();
  }
  report.events = events.length;
  report.calls = errands.length;
  report.undecided = errands.filter(({ undecided }) => undecided).length;
}

function emptyReport(quota: number): ClusterReport {
  return {
    quota,
    killed: [],
    answers: 0,
    lost: 0,
    calls: 0,
    undecided: 0,
    demand: 0,
    acknowledged: 0,
    events: 0,
    repeated: 0,
    held: 0,
    complaints: [],
  };
}
