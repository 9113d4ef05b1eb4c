import type { Command } from 'commander';
import { wholeNumber, words } from '../input/option-values.ts';
import { type Run, verb } from '../session.ts';
import { eventLine } from './event-line.ts';
import { type FollowOptions, follow } from './follow.ts';

interface WhichEvents {
  readonly types?: readonly string[];
  readonly subject?: string;
}

/** `events ls|tail`. */
export function addEvents(program: Command, run: Run): void {
  const group = program.command('events').description('the ledger, as everybody may read it');
  whichEvents(group.command('ls').description('list events by position'))
    .option('--limit <n>', 'at most so many, up to 1000', wholeNumber)
    .option('--after <position>', 'begin after this position')
    .action(
      verb<WhichEvents & { readonly limit?: number; readonly after?: string }, []>(
        run,
        async ({ client, out }, { types, subject, limit, after }) => {
          const page = await client.events.list({ types, subject, limit, after });
          if (page.items.length === 0 && !out.json) await out.note('nothing to list');
          else
            await out.result(page, (paint) => page.items.map((event) => eventLine(event, paint)).join('\n'));
          if (page.next !== null) await out.note(`more: --after ${page.next}`);
        },
      ),
    );
  whichEvents(group.command('tail').description('follow events as they become durable'))
    .option('--after <position>', 'begin after this position; default with what comes next')
    .option('--count <n>', 'end after so many', wholeNumber)
    .action(
      verb<WhichEvents & FollowOptions, []>(run, (session, { types, subject, count, after }) =>
        follow(session, { types, subject }, { count, after }),
      ),
    );
}

function whichEvents(command: Command): Command {
  return command
    .option('--types <types>', 'only these, as a,b; audit.* comes only by name', words)
    .option('--subject <stream>', 'only this stream');
}
