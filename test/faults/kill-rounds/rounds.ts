import { cutWalToLastSync } from '@countersign/event-store-sqlite/faults';
import { crashWhileStarting } from '../own-process.ts';
import { checkRepeats, checkWaiting } from './after-restart.ts';
import { type Campaign, createCampaign, judge, type RunningRound, startRound } from './campaign.ts';
import type { Errand } from './errand.ts';
import { createQueue, runQueue } from './queue.ts';
import type { RoundsReport } from './report.ts';
import { runErrand } from './run-errand.ts';

export interface RoundsOptions {
  readonly rounds: number;
  /** Of everything random: what clients do, and when the process is killed. */
  readonly seed: number;
  /** One data directory for all rounds. */
  readonly directory: string;
  /** Told after each round. */
  readonly onRound?: (report: RoundsReport) => void;
}

/** Requests under way at any time. */
const CLIENTS = 16;
/** The process is killed after so many answers at most, and at least one. */
const MAX_ANSWERS = 300;
/** The strict quota grows with the rounds, and three times as many calls ask for it. */
const QUOTA_PER_ROUND = 6;
const DEMAND_PER_QUOTA = 3;
/** Every so many rounds a start is killed too, within the time that a start takes. */
const ROUNDS_PER_CRASHED_START = 4;
const MAX_START_MS = 1_300;

/** Kills an installation under load, round after round, and judges its ledger after each restart. */
export async function runKillRounds(options: RoundsOptions): Promise<RoundsReport> {
  const { rounds, seed, directory, onRound = () => {} } = options;
  const quota = rounds * QUOTA_PER_ROUND;
  const campaign = createCampaign(directory, seed, quota);
  const { report } = campaign;
  for (let round = 1; round <= rounds; round += 1) {
    await runRound(campaign, round);
    report.rounds = round;
    onRound(report);
  }
  await runLastRound(campaign);
  return report;
}

/** One round: the state is judged, clients work, the process dies, and every second time so does the unsynced log. */
async function runRound(campaign: Campaign, round: number): Promise<void> {
  const { report, random, directory } = campaign;
  if (round % ROUNDS_PER_CRASHED_START === 0) {
    await crashWhileStarting(directory, random.below(MAX_START_MS));
    report.crashedStarts += 1;
  }
  let answersLeft = Number.POSITIVE_INFINITY;
  let killed: Promise<void> | null = null;
  const running = await startRound(campaign, () => {
    answersLeft -= 1;
    if (answersLeft <= 0) killed ??= running.standalone.kill();
  });
  await checkRestart(campaign, running);
  answersLeft = 1 + random.below(MAX_ANSWERS);
  await work(campaign, running, round, () => makeErrand(campaign, round));
  await killed;
  reportTrouble(campaign, running);
  if (round % 2 === 0) cutLog(campaign);
}

/** Everything interrupted is finished, what is left of the demand is asked for, and the whole ledger is judged. */
async function runLastRound(campaign: Campaign): Promise<void> {
  const { report, readings, errands } = campaign;
  const running = await startRound(campaign, () => {});
  await checkRestart(campaign, running);
  await work(campaign, running, Number.POSITIVE_INFINITY, () => null);
  await work(campaign, running, Number.POSITIVE_INFINITY, () =>
    hasDemand(campaign) ? demand(campaign, report.rounds, 'at-once') : null,
  );
  await judge(campaign, running, true);
  reportTrouble(campaign, running);
  const code = await running.standalone.stop();
  if (code !== 0) report.complaints.push(`the last installation ended with ${code}`);
  report.held = readings.metered.oracle.held();
  report.calls = errands.length;
  report.undecided = errands.filter(({ undecided }) => undecided).length;
  report.acknowledged = readings.metered.acknowledged.length + readings.open.acknowledged.length;
  report.events = readings.metered.eventsRead() + readings.open.eventsRead();
}

async function checkRestart(campaign: Campaign, running: RunningRound): Promise<void> {
  const { report, errands, random } = campaign;
  await judge(campaign, running);
  const waiting = errands.filter(({ step }) => step === 'decide');
  report.waiting = waiting.length;
  report.complaints.push(
    ...(await checkWaiting(running.ownerOf('open'), waiting)),
    ...(await checkRepeats((errand) => running.sceneOf(errand).agent, errands, random)),
  );
}

function work(
  campaign: Campaign,
  running: RunningRound,
  round: number,
  make: () => Errand | null,
): Promise<void> {
  const queue = createQueue(campaign.errands, round, make);
  return runQueue(queue, CLIENTS, (errand) => runErrand(errand, running.sceneOf(errand), round));
}

/** The metered organization and the open one by turns, until the quota has been asked for often enough. */
function makeErrand(campaign: Campaign, round: number): Errand {
  const metered = campaign.errands.length % 2 === 0 && hasDemand(campaign);
  return metered ? demand(campaign, round) : campaign.makeErrand('open', round);
}

function hasDemand({ report }: Campaign): boolean {
  return report.demand < report.quota * DEMAND_PER_QUOTA;
}

function demand(campaign: Campaign, round: number, kind?: Errand['kind']): Errand {
  campaign.report.demand += 1;
  return campaign.makeErrand('metered', round, kind);
}

function cutLog({ directory, report }: Campaign): void {
  const cut = cutWalToLastSync(directory);
  if (!cut) return;
  report.cuts += 1;
  report.bytesTaken += cut.before - cut.after;
  if (cut.after < cut.before) report.cutsThatTook += 1;
}

/** Nothing of this is an error for the product: it may not log one, nor park an event. */
function reportTrouble({ report }: Campaign, { standalone }: RunningRound): void {
  const troubled = standalone.output().match(/^\{"level":"?(?:error|fatal|50|60)\b.*$/gm);
  if (troubled) report.complaints.push(...troubled.map((line) => `logged: ${line.slice(0, 500)}`));
}
