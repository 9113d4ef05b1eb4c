import type { Client, Page } from '@countersign/sdk';
import type { Command } from 'commander';
import { wholeNumber } from './input/option-values.ts';
import { type Run, verb } from './session.ts';
import { type Column, table } from './terminal/table.ts';

interface PageOptions {
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
}

/** A list of the API, and what is shown of it. */
export interface Listing<Row, Options> {
  readonly describe: string;
  /** @param options those that were added to the command, beside `limit` and `after`. */
  readonly list: (client: Client, page: PageOptions, options: Options) => Promise<Page<Row>>;
  readonly columns: readonly Column<Row>[];
}

/** Adds `ls`: a table, or the answer with `--json`. What is left is told on stderr. Further options may be added. */
export function addList<Row, Options extends object = object>(
  group: Command,
  run: Run,
  { describe, list, columns }: Listing<Row, Options>,
): Command {
  return group
    .command('ls')
    .description(describe)
    .option('--limit <n>', 'at most so many, up to 1000', wholeNumber)
    .option('--after <place>', 'begin after this one, as the answer before said')
    .action(
      verb<PageOptions & Options, []>(run, async ({ client, out }, options) => {
        const page = await list(client, { limit: options.limit, after: options.after }, options);
        if (page.items.length === 0 && !out.json) await out.note('nothing to list');
        else await out.result(page, (paint) => table(columns, page.items, paint));
        if (page.next !== null) await out.note(`more: --after ${page.next}`);
      }),
    );
}
