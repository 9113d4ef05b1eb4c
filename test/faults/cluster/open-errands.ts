import type { Reply } from '../client.ts';
import type { Errand } from '../kill-rounds/errand.ts';

/** Errands that are under way, for whoever wants to know what a run still waits for. */
export interface OpenErrands {
  begin(errand: Errand): { answered(reply: Reply): void; end(): void };
  describe(): string;
}

export function createOpenErrands(now: () => number): OpenErrands {
  const open = new Map<Errand, { since: number; lost: number; last: string }>();
  return {
    begin(errand) {
      const state = { since: now(), lost: 0, last: 'no answer yet' };
      open.set(errand, state);
      return {
        answered(reply) {
          if (reply.kind === 'lost') state.lost += 1;
          else state.last = `${reply.status} ${JSON.stringify(reply.body)}`.slice(0, 300);
        },
        end: () => void open.delete(errand),
      };
    },
    describe: () =>
      Array.from(
        open,
        ([{ tenant, kind, key, call, step }, { since, lost, last }]) =>
          `${tenant} ${kind} ${key} (call ${call}) is at "${step}" for ${Math.round((now() - since) / 1_000)} s, ` +
          `${lost} answers lost, the last: ${last}`,
      ).join('\n') || 'none',
  };
}

/** The result, unless time runs out: then an error that says what it still waited for. */
export async function inTime<Result>(
  result: Promise<Result>,
  ms: number,
  waitsFor: () => string,
): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timeout = setTimeout(() => late.reject(new Error(`time is over; it waits for:\n${waitsFor()}`)), ms);
  try {
    return await Promise.race([result, late.promise]);
  } finally {
    clearTimeout(timeout);
  }
}
