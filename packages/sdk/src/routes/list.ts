/** Which part of a list to answer. */
export interface ListQuery {
  /** At most so many items: 1 to 1000; the server's default is 100. */
  readonly limit?: number | undefined;
  /** `next` of the answer before. */
  readonly after?: string | undefined;
}

/** One part of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** What to give as `after` for the next part; null at the end. */
  readonly next: string | null;
}

/**
 * Every item of a list, part by part: `for await (const tool of everyItem((page) => client.tools.list(page)))`.
 * Holds one part at a time.
 */
export async function* everyItem<Item>(
  list: (page: ListQuery) => Promise<Page<Item>>,
): AsyncGenerator<Item, void, undefined> {
  let after: string | null = '';
  while (after !== null) {
    const page: Page<Item> = await list(after === '' ? {} : { after });
    yield* page.items;
    after = page.next;
  }
}
