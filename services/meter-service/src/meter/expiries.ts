import { MAX_EXPIRIES, nextExpiry } from '@countersign/metering';
import type { DueSource } from '@countersign/processing';
import { edgeMetadata, type ServiceDependencies } from '@countersign/service';
import type { MeterBooks, OpenBook } from './books.ts';
import type { BookFailure } from './turn-page.ts';

/** When the next hold of each organization falls due; only those with open holds are in it. */
export interface Expiries extends DueSource<string> {
  /** A hold was made. */
  held(organization: string, expiresAt: number): void;
  /** It is not known what the organization's book holds: it is looked into once, in its turn. */
  unknown(organization: string): void;
}

/**
 * Ends holds that nobody ended: a backstop behind the gateway's own timers. It keeps one time for each organization and
 * opens a book only when that has come, so its cost grows with neither holds nor history.
 */
export function createExpiries(
  service: Pick<ServiceDependencies, 'clock' | 'ids'>,
  books: MeterBooks,
): Expiries {
  const next = new Map<string, number>();

  const held = (organization: string, expiresAt: number) => {
    if (expiresAt < (next.get(organization) ?? Number.POSITIVE_INFINITY)) next.set(organization, expiresAt);
  };

  const expire = async (organization: string, book: OpenBook): Promise<BookFailure | null> => {
    let { ledger } = book;
    for (const id of dueHolds(book)) {
      // One at a time, so that each event belongs to its call.
      const handled = await book.handle(
        { type: 'expire', at: book.at, limit: 1 },
        edgeMetadata(service, { organization, correlation: id }),
      );
      if (handled.kind === 'failed') return handled;
      if (handled.kind === 'handled') ledger = handled.state;
    }
    const due = nextExpiry(ledger);
    if (due === null) next.delete(organization);
    else next.set(organization, due);
    return null;
  };

  return {
    held,
    unknown: (organization) => held(organization, 0),
    async find(nowMs, limit) {
      return [...next]
        .filter(([, due]) => due <= nowMs)
        .slice(0, limit)
        .map(([organization]) => organization);
    },
    async fire(organization) {
      return (await books.run(organization, (book) => expire(organization, book), 'caughtUp')) ?? undefined;
    },
  };
}

/** Calls whose holds are due, in the order in which the ledger ends them. */
function dueHolds({ ledger, at }: OpenBook): string[] {
  const now = Math.max(ledger.now, at);
  return [...ledger.holds.values()]
    .filter(({ expiresAt }) => expiresAt !== null && Date.parse(expiresAt) <= now)
    .slice(0, MAX_EXPIRIES)
    .map(({ id }) => id);
}
