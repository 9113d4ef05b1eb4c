/** A line that both texts have, or only one of them. */
export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/**
 * The shortest way from one text to another by removing and adding whole lines (longest common subsequence). Policies
 * have some hundred lines, so that a table of all pairs is small.
 */
export function lineDiff(before: string, after: string): readonly DiffLine[] {
  const [old, young] = [linesOf(before), linesOf(after)];
  // common[i][j]: lines in common of old from i and young from j.
  const common = Array.from({ length: old.length + 1 }, () => new Uint32Array(young.length + 1));
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = young.length - 1; j >= 0; j--) {
      common[i]![j] =
        old[i] === young[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
    }
  }
  const diff: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < young.length) {
    if (i < old.length && j < young.length && old[i] === young[j]) {
      diff.push({ kind: 'same', text: old[i]! });
      i++;
      j++;
    } else if (j >= young.length || (i < old.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      diff.push({ kind: 'removed', text: old[i++]! });
    } else diff.push({ kind: 'added', text: young[j++]! });
  }
  return diff;
}

function linesOf(text: string): readonly string[] {
  return text.replace(/\n$/, '').split('\n');
}
