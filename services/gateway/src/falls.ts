import {
  createFallBetween,
  createFallSince,
  createStandingCheck,
  type Fall,
  type HistoryOfCalls,
  type LastFalls,
  type Standing,
} from '@countersign/directory';

/**
 * What has felled a call, by the ledger: the reaction that ends open permits comes late, and what it has not come to may
 * have been undone by then. Nothing is read unless something has happened to the organization that can fell a call.
 */
export interface Falls {
  /** What has felled it behind a position, or fells it now. */
  since(call: Standing, since: number): Fall | null | Promise<Fall | null>;
  /** What but a switch has felled it behind a position and not behind another. */
  between(call: Standing, since: number, until: number): Fall | null | Promise<Fall | null>;
}

/** Judges by what this process knows, and by the ledger where that may not be all. */
export function createFalls(known: HistoryOfCalls & { readonly lastFalls: LastFalls }): Falls {
  const standing = createStandingCheck(known);
  const fallSince = createFallSince(known);
  const fallBetween = createFallBetween(known);
  const isQuiet = ({ organization }: Standing, since: number) => known.lastFalls.of(organization) <= since;
  return {
    since: (call, since) => (isQuiet(call, since) ? standing(call) : fallSince(call, since)),
    between: (call, since, until) => (isQuiet(call, since) ? null : fallBetween(call, since, until)),
  };
}
