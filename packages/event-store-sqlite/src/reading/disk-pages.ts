import { categoryOf } from '@countersign/event-sourcing';
import type { EventBatch, Position, RecordedEvent } from '@countersign/event-store';
import { decodeRow } from '../ledger/event-codec.ts';
import { READ_COLUMNS, type Rows } from '../threads/reader-protocol.ts';
import type { ReaderThread } from '../threads/reader-thread.ts';

/** A range of the ledger from disk. Events are decoded when first asked for and shared by all subscriptions. */
export interface DiskPage {
  readonly after: Position;
  /** How far it reaches. */
  readonly until: Position;
  /** The first events in (from, to], of these categories only, and how far that is. */
  batch(from: Position, to: Position, categories: ReadonlySet<string> | null, limit: number): EventBatch;
}

/** Pages of the ledger from the disk. */
export interface DiskPages {
  /** The page that starts after a position; it ends at `until` at the latest. */
  load(after: Position, until: Position): Promise<DiskPage>;
  /** A page of these categories alone, however far their events are apart; `null` if they hold many. */
  loadSparse(after: Position, until: Position, categories: ReadonlySet<string>): Promise<DiskPage | null>;
}

/** Events per page: those that are alive at a time are less than the heap's nursery holds, so they die in it. */
export const PAGE_EVENTS = 256;
/** Subscriptions that catch up together meet in these, one of them read ahead. */
const CACHED_PAGES = 3;
/** Events per page of few categories. */
const SPARSE_PAGE_EVENTS = 1_000;

interface CachedPage {
  readonly after: Position;
  readonly page: Promise<DiskPage>;
}

/**
 * Pages for subscriptions that catch up. Pages end at multiples of their size, so that subscriptions that started at
 * different checkpoints soon share reads and decoded events. They are kept in slots, not in a map: each old table of a
 * map leads to the next one, and so one that has grown old keeps every page alive that came after it.
 */
export function createDiskPages(reader: ReaderThread): DiskPages {
  const cached: (CachedPage | undefined)[] = new Array(CACHED_PAGES).fill(undefined);
  let oldest = 0;

  const fetch = (after: Position, until: Position): Promise<DiskPage> => {
    const found = cached.find((one) => one?.after === after);
    if (found) return found.page;
    const end = (Math.floor(after / PAGE_EVENTS) + 1) * PAGE_EVENTS;
    const request = { after, until: Math.min(end, until), limit: PAGE_EVENTS, filter: {} };
    const page = reader.read<'page'>({ kind: 'page', ...request }).then((rows) => createPage(after, rows));
    const slot = oldest;
    cached[slot] = { after, page };
    oldest = (oldest + 1) % CACHED_PAGES;
    // A page that ends early, because the ledger did, must not be met again when there is more.
    const forget = () => {
      if (cached[slot]?.page === page) cached[slot] = undefined;
    };
    page.then((loaded) => loaded.until % PAGE_EVENTS !== 0 && forget(), forget);
    return page;
  };

  return {
    async load(after, until) {
      const page = await fetch(after, until);
      if (page.until + PAGE_EVENTS <= until) void fetch(page.until, until).catch(() => {});
      return page;
    },
    async loadSparse(after, until, categories) {
      const request = { after, until, limit: SPARSE_PAGE_EVENTS, categories: [...categories] };
      const rows = await reader.read<'sparse'>({ kind: 'sparse', ...request });
      return rows && createPage(after, rows);
    },
  };
}

function createPage(after: Position, rows: Pick<Rows, 'columns' | 'looked'>): DiskPage {
  const { columns, looked } = rows;
  const decoded: (RecordedEvent | undefined)[] = [];
  return {
    after,
    until: looked,
    batch(from, to, categories, limit) {
      const events: RecordedEvent[] = [];
      for (let index = 0, at = 0; at < columns.length; index += 1, at += READ_COLUMNS) {
        const position = columns[at] as Position;
        if (position <= from) continue;
        if (position > to) break;
        if (categories && !categories.has(categoryOf(columns[at + 1] as string))) continue;
        decoded[index] ??= decodeRow(columns, at);
        events.push(decoded[index]!);
        if (events.length === limit) return { events, position };
      }
      return { events, position: Math.min(to, looked) };
    },
  };
}
