import type { ApprovalLevel, User, UserRequest } from '@countersign/sdk';
import type { Command } from 'commander';
import { readBody } from '../input/json-body.ts';
import { oneOf, wholeNumber } from '../input/option-values.ts';
import { addList } from '../listing.ts';
import { type Run, verb } from '../session.ts';
import { record } from '../terminal/record.ts';
import { shown } from '../terminal/shown.ts';
import { addGet } from './get.ts';
import { type RoleGrant, roleGrants, scopeText } from './role-grant.ts';

interface PutOptions {
  readonly file?: string;
  readonly displayName?: string;
  readonly role?: readonly RoleGrant[];
  readonly approvalLevel?: ApprovalLevel;
  readonly trustScore?: number;
}

const APPROVAL_LEVELS: readonly ApprovalLevel[] = ['always', 'production_only', 'never'];

/** `users ls|get|put`. */
export function addUsers(program: Command, run: Run): void {
  const group = program.command('users').description('people, and what they may do');
  addList<User>(group, run, {
    describe: 'list users',
    list: (client, page) => client.users.list(page),
    columns: [
      { title: 'ID', of: ({ id }) => id },
      {
        title: 'ROLES',
        of: ({ roles }) => roles.map(({ role, scope }) => `${role}@${scopeText(scope)}`).join(', '),
      },
      { title: 'APPROVAL', of: (user) => user.approval_level },
      { title: 'TRUST', of: (user) => user.trust_score },
      { title: 'NAME', of: (user) => shown(user.display_name) },
    ],
  });
  addGet(group, run, 'a user', (client, id) => client.users.get(id));
  group
    .command('put')
    .argument('<id>')
    .description('register a user, or replace the registration')
    .option('--file <file>', 'registration as JSON; - for stdin')
    .option('--display-name <name>', 'for people')
    .option(
      '--role <role@scope>',
      'such as operator@organization:default; several times; none if left out',
      roleGrants,
    )
    .option('--approval-level <level>', APPROVAL_LEVELS.join(', '), oneOf(APPROVAL_LEVELS))
    .option('--trust-score <n>', '0 to 1000', wholeNumber)
    .action(
      verb<PutOptions, [string]>(run, async ({ client, out, io }, options, id) => {
        const body = await readBody<UserRequest>(io, options.file, {
          display_name: options.displayName,
          // The whole registration is replaced: what is not named is not there.
          roles: options.role ?? (options.file === undefined ? [] : undefined),
          approval_level: options.approvalLevel,
          trust_score: options.trustScore,
        });
        const user = await client.users.put(id, body);
        await out.result(user, (paint) => record(user, paint));
      }),
    );
}
