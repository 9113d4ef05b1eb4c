/** Whether a ledger position lies after another: they compare by length, then by text. */
export function isAfter(position: string, other: string): boolean {
  return position.length === other.length ? position > other : position.length > other.length;
}
