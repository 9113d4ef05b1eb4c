/** A test for texts that match `glob`, where `*` stands for any run of characters. Linear, without backtracking. */
export function globTest(glob: string): (text: string) => boolean {
  const parts = glob.split('*');
  const head = parts[0]!;
  const tail = parts.at(-1)!;
  const middle = parts.slice(1, -1);
  if (parts.length === 1) return (text) => text === glob;
  return (text) => {
    if (!text.startsWith(head) || !text.endsWith(tail)) return false;
    const end = text.length - tail.length;
    let from = head.length;
    for (const part of middle) {
      const found = text.indexOf(part, from);
      if (found < 0) return false;
      from = found + part.length;
    }
    return from <= end;
  };
}
