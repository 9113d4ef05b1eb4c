import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Problem } from '@countersign/contracts';
import { isProblem } from '@countersign/http';

/** A page that has this much text, as JSON in bytes, takes no further item: the rest follows. */
export const PAGE_BYTES = 2 * 1024 * 1024;
/** Entries that are opened side by side: a ledger that is far away is not waited for once for each. */
const AT_ONCE = 8;

/** A part of a list. */
export interface Page<Item> {
  readonly items: Item[];
  /** The key of its last item, or how far was looked for more; `null` at the end. */
  readonly next: string | null;
}

/** What may stand on a page, in order. Its return says where to go on looking; `null` at the end. */
export type PageEntries<Entry> = AsyncGenerator<Entry, string | null, undefined>;

/** A page, or the problem of the first item that could not be shown. */
export type PageAnswer<Shown> = Page<Exclude<Shown, Problem>> | Extract<Shown, Problem>;

/**
 * Shows entries one small group after another until there are `limit`, or as much text as a page has at most, and one in any
 * case: whoever lists large items holds neither the memory nor the event loop, and goes on behind `next`.
 */
export async function fillPage<Entry, Shown extends object>(
  entries: PageEntries<Entry>,
  limit: number,
  keyOf: (entry: Entry) => string,
  show: (entry: Entry) => Shown | Promise<Shown>,
): Promise<PageAnswer<Shown>> {
  const items: Exclude<Shown, Problem>[] = [];
  let bytes = 0;
  let last: string | null = null;
  for (;;) {
    const isFull = items.length === limit || bytes >= PAGE_BYTES;
    const { group, end } = await take(entries, isFull ? 1 : Math.min(AT_ONCE, limit - items.length));
    if (isFull) return { items, next: group.length > 0 ? last : (end ?? null) };
    const shown = await Promise.all(group.map(show));
    for (const [index, item] of shown.entries()) {
      if (bytes >= PAGE_BYTES) return { items, next: last };
      if (isProblem(item)) return item as Extract<Shown, Problem>;
      items.push(item as Exclude<Shown, Problem>);
      bytes += Buffer.byteLength(JSON.stringify(item));
      last = keyOf(group[index] as Entry);
    }
    if (end !== undefined) return { items, next: end };
    await nextTurn();
  }
}

/** The next entries; `end` once there are no more. */
async function take<Entry>(
  entries: PageEntries<Entry>,
  most: number,
): Promise<{ readonly group: readonly Entry[]; readonly end?: string | null }> {
  const group: Entry[] = [];
  while (group.length < most) {
    const { done, value } = await entries.next();
    if (done) return { group, end: value };
    group.push(value);
  }
  return { group };
}

/** Of the rows those that are shown, behind the first `offset` of them: of a list that is gone through by number. */
export async function* shownFrom<Row>(
  rows: AsyncIterable<Row>,
  isShown: (row: Row) => boolean,
  offset: number,
): PageEntries<Row> {
  let passed = 0;
  for await (const row of rows) {
    if (!isShown(row)) continue;
    passed += 1;
    if (passed > offset) yield row;
  }
  return null;
}

/** A page of a list that is in memory, sorted by key. `after` is the key of the last item before. */
export function page<Entry, Shown extends object>(
  entries: readonly Entry[],
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
  keyOf: (entry: Entry) => string,
  show: (entry: Entry) => Shown | Promise<Shown>,
): Promise<PageAnswer<Shown>> {
  const rest = after === undefined ? entries : entries.filter((entry) => keyOf(entry) > after);
  return fillPage(inTurn(rest), limit, keyOf, show);
}

async function* inTurn<Entry>(entries: readonly Entry[]): PageEntries<Entry> {
  yield* entries;
  return null;
}
