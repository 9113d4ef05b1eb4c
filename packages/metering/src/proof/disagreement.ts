import fc from 'fast-check';
import type { MeterCommand } from '../ledger/commands.ts';
import type { MeterEvent } from '../ledger/events.ts';
import { isQuotaRefused, type MeterRejection } from '../ledger/rejection.ts';
import type { MeterLedger } from '../ledger/state.ts';
import { expected } from './oracle.ts';
import type { Expected } from './oracle-log.ts';
import { type ProgramCommand, program } from './programs.ts';

/** The ledger under test: the package's own, or a mutant of it. */
export interface Subject {
  decide(command: MeterCommand, ledger: MeterLedger): readonly MeterEvent[] | MeterRejection;
  evolve(ledger: MeterLedger, event: MeterEvent): MeterLedger;
  emptyLedger(): MeterLedger;
}

/** JSON with sorted keys: the same text for the same content. Maps become lists of pairs. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner instanceof Map) return [...inner];
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** Runs one program against the oracle. The first difference in words, or null. */
export function runProgram(
  { decide, evolve, emptyLedger }: Subject,
  commands: readonly ProgramCommand[],
): string | null {
  const log: MeterEvent[] = [];
  let ledger = emptyLedger();
  for (const command of commands) {
    const wanted = expected(log, command);
    const decision = decide(command, ledger);
    const difference = differenceOf(command, wanted, decision);
    if (difference !== null) return difference;
    if ('rejected' in decision) continue;
    for (const event of decision) {
      log.push(event);
      ledger = evolve(ledger, event);
    }
    const again = decide(command, ledger);
    if (isOpenEnded(command)) continue;
    if ('rejected' in again || again.length > 0) {
      return `deciding ${canonical(command)} again gave ${canonical(again)}`;
    }
  }
  const replayed = log.reduce(evolve, emptyLedger());
  return canonical(replayed) === canonical(ledger) ? null : 'replay gave another ledger';
}

/** `expire` goes on with what is due beyond its limit, and a charge without an id is another one. */
function isOpenEnded(command: ProgramCommand): boolean {
  return command.type === 'expire' || (command.type === 'charge' && command.id === null);
}

function differenceOf(
  command: ProgramCommand,
  wanted: Expected,
  decision: readonly MeterEvent[] | MeterRejection,
): string | null {
  const given = isQuotaRefused(decision)
    ? { refused: decision.failure }
    : 'rejected' in decision
      ? decision.rejected
      : decision;
  if (canonical(given) === canonical(wanted)) return null;
  return `${canonical(command)}\n gave ${canonical(given)}\n not  ${canonical(wanted)}`;
}

/** Looks for a program on which the subject and the oracle differ. */
export function findDisagreement(
  subject: Subject,
  seed: number,
  programs: number,
  shrink: boolean,
): string | null {
  let difference: string | null = null;
  const property = fc.property(program, (commands) => {
    difference = attempt(subject, commands);
    return difference === null;
  });
  const { failed } = fc.check(property, { seed, numRuns: programs, endOnFailure: !shrink });
  return failed ? difference : null;
}

function attempt(subject: Subject, commands: readonly ProgramCommand[]): string | null {
  try {
    return runProgram(subject, commands);
  } catch (error) {
    return `threw ${String(error)}`;
  }
}
