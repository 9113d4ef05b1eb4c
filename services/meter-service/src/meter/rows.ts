import type { MeterRow } from '@countersign/metering';

/** A meter as callers see it. */
export function balanceOf({ rule: _, ...row }: MeterRow): Omit<MeterRow, 'rule'> {
  return row;
}

/** The meters of each rule added up over its scopes, as the organization's: what is enforced stands in the rows themselves. */
export function rolledUp(rows: readonly MeterRow[], organization: string): readonly MeterRow[] {
  const scope = `organization:${organization}`;
  return [...Map.groupBy(rows, ({ rule }) => rule).values()].map(([first, ...others]) => {
    const row = first as MeterRow;
    if (others.length === 0 && row.scope === scope) return row;
    const sum = (part: 'used' | 'reserved' | 'overrun') =>
      [row, ...others].reduce((total, each) => total + each[part], 0);
    return {
      ...row,
      scope,
      mode: 'observe',
      limit: null,
      used: sum('used'),
      reserved: sum('reserved'),
      overrun: sum('overrun'),
    };
  });
}
