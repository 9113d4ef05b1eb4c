import { categoryOf } from '@countersign/event-sourcing';
import type { Position, RecordedEvent } from '@countersign/event-store';
import { decodeRow } from '../ledger/event-codec.ts';
import type { Column } from '../threads/protocol.ts';
import { READ_COLUMNS } from '../threads/reader-protocol.ts';
import type { ReaderThread } from '../threads/reader-thread.ts';

/** A range of the ledger from disk. Events are decoded when first asked for and shared by all subscriptions. */
export interface DiskPage {
  readonly after: Position;
  /** Position of its last event. */
  readonly until: Position;
  /** Events in (from, to], of these categories only. */
  events(from: Position, to: Position, categories: ReadonlySet<string> | null): RecordedEvent[];
}

/** Pages of the ledger from the disk. */
export interface DiskPages {
  /** The page that starts after a position; it ends at `until` at the latest. */
  load(after: Position, until: Position): Promise<DiskPage>;
}

/** Events per page: a few hundred KB, and a millisecond or two of decoding. */
const PAGE_EVENTS = 512;
/** Subscriptions that catch up together meet in these; one more page is read ahead. */
const CACHED_PAGES = 6;

/**
 * Pages for subscriptions that catch up. Pages end at multiples of their size, so that subscriptions that started at
 * different checkpoints soon share reads and decoded events; rebuilding five services reads the ledger once.
 */
export function createDiskPages(reader: ReaderThread): DiskPages {
  const cached = new Map<Position, Promise<DiskPage>>();

  const fetch = (after: Position, until: Position): Promise<DiskPage> => {
    const found = cached.get(after);
    if (found) return found;
    const end = (Math.floor(after / PAGE_EVENTS) + 1) * PAGE_EVENTS;
    const request = { after, until: Math.min(end, until), limit: PAGE_EVENTS, filter: {} };
    const page = reader.read<'page'>({ kind: 'page', ...request }).then((rows) => createPage(after, rows));
    cached.set(after, page);
    if (cached.size > CACHED_PAGES) cached.delete(cached.keys().next().value as Position);
    // A page that ends early, because the ledger did, must not be met again when there is more.
    const forget = () => cached.get(after) === page && cached.delete(after);
    page.then((loaded) => loaded.until % PAGE_EVENTS !== 0 && forget(), forget);
    return page;
  };

  return {
    async load(after, until) {
      const page = await fetch(after, until);
      if (page.until + PAGE_EVENTS <= until) void fetch(page.until, until).catch(() => {});
      return page;
    },
  };
}

function createPage(after: Position, rows: { columns: readonly Column[]; looked: Position }): DiskPage {
  const { columns, looked } = rows;
  const decoded: (RecordedEvent | undefined)[] = [];
  return {
    after,
    until: looked,
    events(from, to, categories) {
      const events: RecordedEvent[] = [];
      for (let index = 0, at = 0; at < columns.length; index += 1, at += READ_COLUMNS) {
        const position = columns[at] as number;
        if (position <= from) continue;
        if (position > to) break;
        if (categories && !categories.has(categoryOf(columns[at + 1] as string))) continue;
        decoded[index] ??= decodeRow(columns, at);
        events.push(decoded[index]!);
      }
      return events;
    },
  };
}
