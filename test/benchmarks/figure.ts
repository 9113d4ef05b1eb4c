/** One figure of a run with the floor that was measured in the same run. */
export interface Figure {
  readonly name: string;
  readonly figure: string;
  readonly floor: string;
  /** What the target speaks of. */
  readonly ratio: number;
  readonly target: { readonly atLeast: number } | { readonly atMost: number };
}

export function isReached({ ratio, target }: Figure): boolean {
  return 'atLeast' in target ? ratio >= target.atLeast : ratio <= target.atMost;
}

/** The figures as a table; nothing is left out because it is not reached. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((one) => [
    one.name,
    one.figure,
    one.floor,
    one.ratio.toFixed(2),
    'atLeast' in one.target ? `>= ${one.target.atLeast}` : `<= ${one.target.atMost}`,
    isReached(one) ? 'reached' : 'NOT reached',
  ]);
  const all = [['figure', 'measured', 'floor', 'ratio', 'target', ''], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export const perSecond = (value: number) => `${Math.round(value).toLocaleString('en')}/s`;
export const milliseconds = (value: number) => `${value.toFixed(2)} ms`;
