import type { Client } from '@countersign/sdk';
import type { Command } from 'commander';
import { type Run, verb } from '../session.ts';

/** Adds `rm <id>`. */
export function addRemove(
  group: Command,
  run: Run,
  describe: string,
  remove: (client: Client, id: string) => Promise<void>,
): Command {
  return group
    .command('rm')
    .argument('<id>')
    .description(describe)
    .action(
      verb<object, [string]>(run, async ({ client, out }, _options, id) => {
        await remove(client, id);
        await out.result({ id, removed: true }, () => `${id} is removed`);
      }),
    );
}
