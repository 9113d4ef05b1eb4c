import fc from 'fast-check';
import type { BookClosed, MeterEvent, QuotaConfigured } from '../ledger/events.ts';
import type { MeterRow } from '../ledger/meters.ts';
import type { MeterRejection } from '../ledger/rejection.ts';
import type { MeterLedger } from '../ledger/state.ts';
import { canonical, type Subject } from './disagreement.ts';
import { type ProgramCommand, shortProgram } from './programs.ts';

/** An implementation of books to be compared with one that never closes any. */
export interface BookSubject extends Subject {
  successorOpening(closed: readonly BookClosed[]): readonly QuotaConfigured[];
  meters(ledger: MeterLedger, organization: string, at: number): readonly MeterRow[];
}

/** Closes the book at its own time and opens the next one from what was written alone, as another process would. */
export function reopened(subject: BookSubject, ledger: MeterLedger): MeterLedger {
  const closed = subject.decide({ type: 'close', at: 0, limit: Number.MAX_SAFE_INTEGER }, ledger);
  if ('rejected' in closed) throw new Error(closed.detail);
  const written: readonly BookClosed[] = JSON.parse(JSON.stringify(closed));
  return subject.successorOpening(written).reduce(subject.evolve, subject.emptyLedger());
}

/** An answer without the number of the book that gave it. */
function bookless(decision: readonly MeterEvent[] | MeterRejection): string {
  return canonical(decision).replaceAll(/"book":\d+/g, '"book":0');
}

/** Runs a program in one book, and in books closed before each command of `cuts`. The first difference, or null. */
export function runInBooks(
  subject: BookSubject,
  commands: readonly ProgramCommand[],
  cuts: ReadonlySet<number>,
): string | null {
  let whole = subject.emptyLedger();
  let split = subject.emptyLedger();
  for (const [index, command] of commands.entries()) {
    if (index > 0 && cuts.has(index)) split = reopened(subject, split);
    const inOne = subject.decide(command, whole);
    const inMany = subject.decide(command, split);
    if (bookless(inOne) !== bookless(inMany)) {
      return `${canonical(command)}\n in one book  ${canonical(inOne)}\n after closing ${canonical(inMany)}`;
    }
    if ('rejected' in inOne || 'rejected' in inMany) continue;
    whole = inOne.reduce(subject.evolve, whole);
    split = inMany.reduce(subject.evolve, split);
    const [rows, splitRows] = [whole, split].map((ledger) =>
      canonical(subject.meters(ledger, 'acme', command.at)),
    );
    if (rows !== splitRows) return `meters in one book ${rows}\n after closing      ${splitRows}`;
  }
  return null;
}

/** Looks for a program and places to close the book at, after which an answer differs. */
export function findCarryDifference(
  subject: BookSubject,
  seed: number,
  programs: number,
  shrink: boolean,
): string | null {
  let difference: string | null = null;
  const cuts = fc.array(fc.nat(60), { maxLength: 4 }).map((places) => new Set(places));
  const property = fc.property(shortProgram, cuts, (commands, places) => {
    try {
      difference = runInBooks(subject, commands, places);
    } catch (error) {
      difference = `threw ${String(error)}`;
    }
    return difference === null;
  });
  const { failed } = fc.check(property, { seed, numRuns: programs, endOnFailure: !shrink });
  return failed ? difference : null;
}
