import type { Meter } from '@countersign/sdk';
import type { Command } from 'commander';
import { addList } from './listing.ts';
import type { Run } from './session.ts';

/** `meters ls`. */
export function addMeters(program: Command, run: Run): void {
  const group = program.command('meters').description('what is used, held and left');
  addList<Meter, { readonly scope?: string }>(group, run, {
    describe: 'list meters with their limits',
    list: (client, page, { scope }) => client.meters.list({ ...page, scope }),
    columns: [
      { title: 'METER', of: ({ key }) => key },
      { title: 'SCOPE', of: ({ scope }) => scope },
      { title: 'MODE', of: ({ mode }) => mode },
      {
        title: 'USED',
        of: ({ used }) => used,
        paint: (paint, { used, reserved, limit }) =>
          limit !== null && used + reserved >= limit ? paint.red : paint.reset,
      },
      { title: 'HELD', of: ({ reserved }) => reserved },
      { title: 'LIMIT', of: ({ limit }) => limit ?? 'none' },
      { title: 'OVERRUN', of: ({ overrun }) => overrun },
      { title: 'PERIOD', of: ({ period }) => `${day(period.start)} – ${day(period.end) ?? 'open'}` },
    ],
  }).option('--scope <scope>', 'such as organization:acme or user:alice');
}

function day(time: string | null): string | undefined {
  return time?.slice(0, 10);
}
