import { type Problem, problem, type UsageReport } from '@countersign/contracts';
import { meters, type Report, reportOf } from '@countersign/metering';
import type { DecidedNow, DecideNow } from '../admission/decide-now.ts';
import { balanceOf } from '../meter/rows.ts';
import { usageProblem } from './problem.ts';

/** Finds what is left of a report that the open book has forgotten. */
export type FindReport = (organization: string, id: string) => Promise<Report | null>;

/** What is asked to be taken back. */
export interface TakeBack {
  readonly organization: string;
  /** Of the refund. */
  readonly id: string;
  /** Ids that the report may have, the likelier first. */
  readonly named: readonly string[];
  readonly key: UsageReport['key'];
  readonly amount: number;
  /** Who asks, whose report it must be; null takes back anybody's. */
  readonly by: string | null;
}

type Answer = { readonly status: 200; readonly body: UsageReport };

/**
 * Takes a report back, as far as it is left: by what the open book remembers, and where it does not, by the books before. Once
 * taken back from, a report is in the open book again, so that nothing is taken back twice however old it is.
 */
export function createTakeBack(deps: {
  readonly decideNow: DecideNow;
  readonly findReport: FindReport;
}): (ask: TakeBack) => Promise<Answer | Problem> {
  const { decideNow, findReport } = deps;

  const decide = (ask: TakeBack, forgotten: Report | null) => {
    const { organization, id, named, key, amount, by } = ask;
    let of = forgotten?.id ?? named[0] ?? '';
    return decideNow(
      organization,
      (at, ledger) => {
        of = named.find((one) => reportOf(ledger, one) !== null) ?? of;
        return { type: 'refund', id, at, askedAt: at, of, key, amount, by, report: forgotten };
      },
      (decided) => ({ isUnknown: isUnknown(decided), answer: answerOf(decided, ask, of) }),
    );
  };

  const findForgotten = async ({ organization, named }: TakeBack): Promise<Report | null> => {
    for (const id of named) {
      const report = await findReport(organization, id);
      if (report !== null) return report;
    }
    return null;
  };

  return async (ask) => {
    const first = await decide(ask, null);
    if (!first.isUnknown) return first.answer;
    const forgotten = await findForgotten(ask);
    if (forgotten === null) return first.answer;
    return (await decide(ask, forgotten)).answer;
  };
}

function isUnknown(decided: DecidedNow): boolean {
  return decided.kind === 'rejected' && decided.code === 'unknown_report';
}

function answerOf(decided: DecidedNow, { id, organization, key, amount }: TakeBack, of: string) {
  if (isUnknown(decided)) return problem('not_found', `you have no report of ${key} under this id or key`);
  if (decided.kind !== 'decided') return usageProblem(decided);
  const lines = reportOf(decided.ledger, of)?.lines ?? [];
  const scopes = new Set(lines.map(({ scope }) => scope));
  const rows = meters(decided.ledger, organization, decided.at).filter(
    (row) => row.key === key && scopes.has(row.scope),
  );
  const left = Math.max(0, ...lines.map((line) => line.amount));
  const body = { id, key, amount: 0 - amount, refund_of: of, left, meters: rows.map(balanceOf) };
  return { status: 200 as const, body };
}
