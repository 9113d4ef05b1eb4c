import { parsePlan } from '@countersign/access';
import { describe, expect, it } from 'vitest';
import { decide, emptyLedger, evolve, type MeterEvent, type MeterLedger } from '../index.ts';
import { type Decide, type Decision, explore, type Finding, type Scheme } from './protocol-model.ts';

const AT = Date.UTC(2026, 4, 1);
const LIMIT = 2;
const INTENTS = 4;

const plan = parsePlan({ counters: { tool_calls: { limit: LIMIT, strict: true, period: 'monthly' } } });
if (!plan.ok) throw new Error('the plan is invalid');
const configured = decide(
  { type: 'configure', at: AT, plan: 'small', entry: plan.value, zone: 'UTC', anchorDay: 1 },
  emptyLedger(),
);

/** The event behind each decision of the model. */
const eventOf = new Map<Decision, readonly MeterEvent[]>();
const answers = new Map<string, Decision | null>();

function ledgerOf(decisions: readonly Decision[]): MeterLedger {
  if ('rejected' in configured) throw new Error(configured.detail);
  return [...configured, ...decisions.flatMap((decision) => eventOf.get(decision) ?? [])].reduce(
    evolve,
    emptyLedger(),
  );
}

/** The package's decision. What is not remembered is taken out of what a repeat is recognised by, not out of the sums. */
function decideFor(
  known: readonly Decision[],
  remembered: readonly Decision[],
  intent: number,
): Decision | null {
  const ids = new Set(remembered.map((decision) => `intent-${decision.slice(0, -1)}`));
  const ledger = ledgerOf(known);
  for (const table of [ledger.holds, ledger.settled]) {
    for (const id of table.keys()) if (!ids.has(id)) table.delete(id);
  }
  const events = decide(
    {
      type: 'reserve',
      id: `intent-${intent}`,
      at: AT,
      askedAt: AT,
      amounts: [{ key: 'tool_calls', amount: 1 }],
      scopes: { organization: 'acme' },
      traffic: null,
      expiresAt: AT + 60_000,
      onExpiry: 'commit',
    },
    ledger,
  );
  if ('rejected' in events) throw new Error(events.detail);
  const last = events.at(-1);
  if (last === undefined) return null;
  const decision: Decision = `${intent}${last.type === 'quota-reserved.v1' ? '+' : '-'}`;
  eventOf.set(decision, events);
  return decision;
}

const remembering: Decide = (known, remembered, intent) => {
  const question = JSON.stringify([known, remembered, intent]);
  const answer = answers.has(question)
    ? (answers.get(question) ?? null)
    : decideFor(known, remembered, intent);
  answers.set(question, answer);
  return answer;
};

/** Each intent is decided once at most; no more is granted than the limit, and exactly that when all are decided. */
function violationOf(log: readonly Decision[], isFinished: boolean): string | null {
  const decided = log.map((decision) => decision.slice(0, -1));
  const granted = log.filter((decision) => decision.endsWith('+')).length;
  if (new Set(decided).size < decided.length) return 'decided twice';
  if (granted > LIMIT) return 'granted above the limit';
  if (isFinished && (decided.length !== INTENTS || granted !== LIMIT)) return 'granted below the limit';
  return null;
}

const check = (scheme: Scheme): Finding => explore(scheme, INTENTS, remembering, violationOf);

describe('two processes, four intents, a limit of two, every order of steps', () => {
  it('expected version and a dedupe that is loaded with the ledger: each intent once, exactly the limit', () => {
    const finding = check({ expectedVersion: true, dedupe: 'ledger' });
    expect(finding).toEqual({ holds: true, worlds: expect.any(Number) });
    expect(finding.holds && finding.worlds).toBeGreaterThan(5_000);
  });

  it.each<{ scheme: Scheme; violation: string; because: string }>([
    {
      scheme: { expectedVersion: false, dedupe: 'none' },
      violation: 'decided twice',
      because: 'a plain append takes every delivery',
    },
    {
      scheme: { expectedVersion: false, dedupe: 'own memory' },
      violation: 'decided twice',
      because: 'memory does not survive its process',
    },
    {
      scheme: { expectedVersion: false, dedupe: 'ledger' },
      violation: 'decided twice',
      because: 'a process that lost the queue decides from what it loaded before',
    },
    {
      scheme: { expectedVersion: true, dedupe: 'none' },
      violation: 'decided twice',
      because: 'a crash before the acknowledgement delivers again',
    },
    {
      scheme: { expectedVersion: true, dedupe: 'own memory' },
      violation: 'decided twice',
      because: 'the next owner never saw what the first one decided',
    },
  ])('$scheme fails: $because', ({ scheme, violation }) => {
    expect(check(scheme)).toMatchObject({ holds: false, violation });
  });
});
