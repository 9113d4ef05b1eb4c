import type { Acknowledgement } from './acknowledgement.ts';
import { type CallHistory, createCallHistory } from './call-history.ts';
import { isAfter, type LedgerEvent } from './ledger-event.ts';

/**
 * Judges the ledger of one organization by what clients were told and by what may never be. It knows nothing of how the
 * product works: it reads public events only.
 */
export interface Oracle {
  /** Folds the next event of the ledger. */
  read(event: LedgerEvent): void;
  /** Everything wrong up to now: with the events read, and with what was acknowledged and is not there. */
  complaints(acknowledged: Iterable<Acknowledgement>): readonly string[];
  /** Calls that were authorized and did not give their quota back. */
  held(): number;
  calls(): ReadonlyMap<string, CallHistory>;
  /** Position of the last event read. */
  position(): string;
}

/** An oracle of an empty ledger; `quota` is the strict limit of calls, if there is one. */
export function createOracle(quota: number | null): Oracle {
  const calls = new Map<string, CallHistory>();
  const sequences = new Map<string, number>();
  const callAt = new Map<string, string>();
  const wrong: string[] = [];
  let position = '0';
  let held = 0;

  const follow = ({ position: at, subject, sequence, type }: LedgerEvent) => {
    if (!isAfter(at, position)) wrong.push(`position ${at} comes after ${position}`);
    position = at;
    const due = (sequences.get(subject) ?? 0) + 1;
    if (sequence !== due) wrong.push(`${subject}: ${type} is number ${sequence}, not ${due}`);
    sequences.set(subject, sequence);
  };

  return {
    read(event) {
      follow(event);
      const { call, position: at } = event;
      if (call === null) return;
      callAt.set(at, call);
      const history = calls.get(call) ?? createCallHistory(call);
      calls.set(call, history);
      const before = history.holdsQuota();
      wrong.push(...history.add(event));
      held += Number(history.holdsQuota()) - Number(before);
      if (quota !== null && held > quota)
        wrong.push(`${held} calls of a quota of ${quota} at position ${at}`);
    },
    complaints(acknowledged) {
      const lost: string[] = [];
      for (const { call, shows, position: at } of acknowledged) {
        if (!calls.get(call)?.has(shows))
          lost.push(`call ${call}: ${shows} was acknowledged and is not there`);
        if (at !== undefined && callAt.get(at) !== call) {
          lost.push(`call ${call}: position ${at} was acknowledged and is another's`);
        }
      }
      return [...wrong, ...lost];
    },
    held: () => held,
    calls: () => calls,
    position: () => position,
  };
}
