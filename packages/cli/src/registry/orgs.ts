import type { Organization } from '@countersign/sdk';
import type { Command } from 'commander';
import { wholeNumber } from '../input/option-values.ts';
import { addList } from '../listing.ts';
import { type Run, verb } from '../session.ts';
import { record } from '../terminal/record.ts';

interface CreateOptions {
  readonly plan?: string;
  readonly zone?: string;
  readonly anchorDay?: number;
}

/** `orgs ls|create|plan`, for the installation's owner. */
export function addOrgs(program: Command, run: Run): void {
  const group = program.command('orgs').description('organizations and their plans');
  addList<Organization>(group, run, {
    describe: 'list organizations',
    list: (client, page) => client.organizations.list(page),
    columns: [
      { title: 'ID', of: ({ id }) => id },
      { title: 'PLAN', of: ({ plan }) => plan },
      { title: 'ZONE', of: ({ zone }) => zone },
      { title: 'ANCHOR DAY', of: (organization) => organization.anchor_day },
      { title: 'CREATED', of: (organization) => organization.created_at },
    ],
  });
  group
    .command('create')
    .argument('<id>')
    .description('make an organization')
    .option('--plan <slug>', 'its plan')
    .option('--zone <zone>', 'IANA time zone in which its periods begin')
    .option('--anchor-day <day>', 'day of the month on which they begin', wholeNumber)
    .action(
      verb<CreateOptions, [string]>(run, async ({ client, out }, { plan, zone, anchorDay }, id) => {
        const made = await client.organizations.create({ id, plan, zone, anchor_day: anchorDay });
        await out.result(made, (paint) => record(made, paint));
      }),
    );
  group
    .command('plan')
    .argument('<id>')
    .argument('<slug>')
    .description('put an organization on a plan; holds from the next call')
    .action(
      verb<object, [string, string]>(run, async ({ client, out }, _options, id, plan) => {
        const changed = await client.organizations.setPlan(id, { plan });
        await out.result(changed, (paint) => record(changed, paint));
      }),
    );
}
