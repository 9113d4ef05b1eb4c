import type { Parked } from '@countersign/sdk';
import type { Command } from 'commander';
import { EXIT } from './exit-code.ts';
import { addList } from './listing.ts';
import { type Run, verb } from './session.ts';
import { record } from './terminal/record.ts';

/** `parked ls|show|retry`. */
export function addParked(program: Command, run: Run): void {
  const group = program.command('parked').description('subjects whose events wait behind one that failed');
  addList<Parked, { readonly processor?: string }>(group, run, {
    describe: 'list what is parked',
    list: (client, page, { processor }) => client.parked.list({ ...page, processor }),
    columns: [
      { title: 'ID', of: ({ id }) => id },
      { title: 'PROCESSOR', of: ({ processor }) => processor },
      { title: 'SUBJECT', of: ({ subject }) => subject },
      { title: 'EVENT', of: (parked) => parked.event_type },
      { title: 'WAITING', of: ({ waiting }) => waiting },
      { title: 'ERROR', of: ({ error }) => `${error.code}: ${error.message}` },
    ],
  }).option('--processor <name>', 'only of this one');
  group
    .command('show')
    .argument('<id>')
    .description('show one parked subject')
    .action(
      verb<object, [string]>(run, async ({ client, out }, _options, id) => {
        const parked = await client.parked.get(id);
        await out.result(parked, (paint) => record(parked, paint));
      }),
    );
  group
    .command('retry')
    .argument('<id>')
    .description('handle the failed event again, and what waits behind it, in order')
    .action(
      verb<object, [string]>(run, async ({ client, out, exitWith }, _options, id) => {
        const answer = await client.parked.retry(id);
        await out.result(answer, (paint) => record(answer, paint));
        if (answer.state === 'parked') exitWith(EXIT.pending);
      }),
    );
}
