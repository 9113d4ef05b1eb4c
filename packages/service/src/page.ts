/** A page of a list that is in memory, sorted by key. `after` is the key of the last item before. */
export function page<Entry, Item>(
  entries: readonly Entry[],
  query: { readonly limit: number; readonly after?: string | undefined },
  keyOf: (entry: Entry) => string,
  toItem: (entry: Entry) => Item,
): { items: Item[]; next: string | null } {
  const { after, limit } = query;
  const rest = after === undefined ? entries : entries.filter((entry) => keyOf(entry) > after);
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(toItem), next: last && rest.length > limit ? keyOf(last) : null };
}
