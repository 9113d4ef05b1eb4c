import { parsePlan } from '@countersign/access';
import { shouldClose, successorOpening } from './ledger/close.ts';
import type { MeterCommand } from './ledger/commands.ts';
import { decide } from './ledger/decide.ts';
import type { BookClosed, MeterEvent } from './ledger/events.ts';
import { evolve } from './ledger/evolve.ts';
import { isMeterRejection } from './ledger/rejection.ts';
import { emptyLedger, type MeterLedger } from './ledger/state.ts';

/** What one run measured. A pair is a reservation and its commit, decided and folded. */
export interface MeteringFigures {
  readonly pairs: number;
  readonly pairsPerSecond: number;
  readonly books: number;
}

const START = Date.UTC(2026, 0, 15);
const PLAN = parsePlan({
  counters: {
    tool_calls: ['organization', 'workspace', 'project', 'user'].map((scope) => ({
      limit: 1_000_000_000,
      strict: true,
      scope,
      period: 'monthly',
    })),
  },
  throttles: [
    { mode: 'include', categories: ['tool_calls'], bucket: { capacity: 1_000_000, rate: 1_000_000_000 } },
  ],
});

/**
 * Reserves and commits in one organization, one thread, four strict counters (organization, workspace, project, user)
 * and one throttle each, with `openHolds` reservations open all the time and books closed as they fill.
 */
export function measureMetering(pairs: number, openHolds = 100, users = 1_000): MeteringFigures {
  if (!PLAN.ok) throw new Error('the plan of the benchmark is invalid');
  const configure = { type: 'configure', at: START, plan: 'bench', zone: 'UTC', anchorDay: 1 } as const;
  let ledger = run(emptyLedger(), { ...configure, entry: PLAN.value });
  const started = performance.now();
  for (let index = 0; index < pairs + openHolds; index += 1) {
    const at = START + Math.floor(index / 50);
    if (shouldClose(ledger, at)) ledger = nextBook(ledger, at);
    if (index < pairs) ledger = run(ledger, reservation(index, users, at));
    if (index >= openHolds) ledger = run(ledger, outcome(index - openHolds, at));
  }
  const seconds = (performance.now() - started) / 1000;
  return { pairs, pairsPerSecond: Math.round(pairs / seconds), books: ledger.book };
}

function reservation(index: number, users: number, at: number): MeterCommand {
  const user = index % users;
  return {
    type: 'reserve',
    id: `call-${index}`,
    at,
    askedAt: at,
    amounts: [{ key: 'tool_calls', amount: 1 }],
    scopes: { organization: 'acme', workspace: `w${user % 3}`, project: `p${user % 10}`, user: `u${user}` },
    traffic: { categories: ['tool_calls'], amount: 1 },
    expiresAt: at + 960_000,
    onExpiry: 'commit',
  };
}

function outcome(index: number, at: number): MeterCommand {
  return { type: 'commit', id: `call-${index}`, at, actual: [], assumed: false };
}

function run(ledger: MeterLedger, command: MeterCommand): MeterLedger {
  return fold(ledger, decided(ledger, command));
}

function decided(ledger: MeterLedger, command: MeterCommand): readonly MeterEvent[] {
  const events = decide(command, ledger);
  if (isMeterRejection(events)) throw new Error(events.detail);
  if (events.some(({ type }) => type === 'quota-denied.v1'))
    throw new Error('the benchmark ran out of quota');
  return events;
}

function fold(ledger: MeterLedger, events: readonly MeterEvent[]): MeterLedger {
  return events.reduce(evolve, ledger);
}

function nextBook(ledger: MeterLedger, at: number): MeterLedger {
  const closed = decided(ledger, { type: 'close', at, limit: Number.MAX_SAFE_INTEGER }).filter(
    (event): event is BookClosed => event.type === 'quota-closed.v1',
  );
  return fold(emptyLedger(), successorOpening(closed));
}

if (import.meta.main) {
  measureMetering(50_000);
  for (const openHolds of [100, 20_000]) {
    const { pairsPerSecond, books } = measureMetering(400_000, openHolds);
    console.log(
      `metering: ${pairsPerSecond} reserve+commit/s, 4 scopes and a throttle, ${openHolds} open holds, ${books} books (floor 80000)`,
    );
  }
}
