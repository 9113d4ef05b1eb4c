import type { Plan, PlanEntry } from '@countersign/sdk';
import type { Command } from 'commander';
import { readBody } from '../input/json-body.ts';
import { addList } from '../listing.ts';
import { type Run, verb } from '../session.ts';
import { record } from '../terminal/record.ts';
import { addGet } from './get.ts';

/** `plans ls|get|put`. */
export function addPlans(program: Command, run: Run): void {
  const group = program.command('plans').description('quotas and throttles by name');
  addList<Plan>(group, run, {
    describe: 'list plans',
    list: (client, page) => client.plans.list(page),
    columns: [
      { title: 'SLUG', of: ({ slug }) => slug },
      { title: 'UPDATED', of: (plan) => plan.updated_at },
      { title: 'DESCRIPTION', of: ({ plan }) => plan.description },
    ],
  });
  addGet(group, run, 'a plan', (client, slug) => client.plans.get(slug));
  group
    .command('put')
    .argument('<slug>')
    .description('write a plan; it holds from the next call of every organization on it')
    .option('--file <file>', 'plan as JSON; - for stdin')
    .option('--description <text>', 'for people')
    .action(
      verb<{ readonly file?: string; readonly description?: string }, [string]>(
        run,
        async ({ client, out, io }, { file, description }, slug) => {
          const plan = await client.plans.put(slug, await readBody<PlanEntry>(io, file, { description }));
          await out.result(plan, (paint) => record(plan, paint));
        },
      ),
    );
}
