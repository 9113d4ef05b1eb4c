import type { Client } from '@countersign/sdk';
import type { Command } from 'commander';
import { type Run, verb } from '../session.ts';
import { record } from '../terminal/record.ts';

/** Adds `get <id>`: every member of one thing. */
export function addGet(
  group: Command,
  run: Run,
  what: string,
  get: (client: Client, id: string) => Promise<object>,
): Command {
  return group
    .command('get')
    .argument('<id>')
    .description(`show ${what}`)
    .action(
      verb<object, [string]>(run, async ({ client, out }, _options, id) => {
        const value = await get(client, id);
        await out.result(value, (paint) => record(value, paint));
      }),
    );
}
