import {
  type ApprovalLevel,
  type Client,
  isCountersignError,
  type User,
  type UserRequest,
} from '@countersign/sdk';
import type { Command } from 'commander';
import { readBody } from '../input/json-body.ts';
import { oneOf, wholeNumber } from '../input/option-values.ts';
import { addList } from '../listing.ts';
import { type Run, verb } from '../session.ts';
import { record } from '../terminal/record.ts';
import { shown } from '../terminal/shown.ts';
import { addGet } from './get.ts';
import { addRemove } from './remove.ts';
import { type RoleGrant, roleGrants, scopeText } from './role-grant.ts';

interface PutOptions {
  readonly file?: string;
  readonly displayName?: string;
  readonly role?: readonly RoleGrant[];
  /** False: `--no-roles`. */
  readonly roles?: boolean;
  readonly approvalLevel?: ApprovalLevel;
  readonly trustScore?: number;
}

const APPROVAL_LEVELS: readonly ApprovalLevel[] = ['always', 'production_only', 'never'];

/** What is registered of a user, as a request; a new one has no roles. */
async function registered(client: Client, id: string): Promise<UserRequest> {
  const present = await client.users.get(id).catch((error: unknown) => {
    if (isCountersignError(error) && error.problem.code === 'not_found') return null;
    throw error;
  });
  if (present === null) return { roles: [] };
  const { display_name, roles, approval_level, trust_score } = present;
  return {
    ...(typeof display_name === 'string' ? { display_name } : {}),
    // What the server has accepted it accepts again.
    roles: roles as UserRequest['roles'],
    approval_level,
    trust_score,
  };
}

/** `users ls|get|put|rm`. */
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
    .description('register a user, or change the registration: what is not named stays')
    .option('--file <file>', 'registration as JSON; - for stdin')
    .option('--display-name <name>', 'for people')
    .option(
      '--role <role@scope>',
      'such as operator@organization:default; several times; replaces all of them',
      roleGrants,
    )
    .option('--no-roles', 'take all roles away')
    .option('--approval-level <level>', APPROVAL_LEVELS.join(', '), oneOf(APPROVAL_LEVELS))
    .option('--trust-score <n>', '0 to 1000', wholeNumber)
    .action(
      verb<PutOptions, [string]>(run, async ({ client, out, io }, options, id) => {
        const named = {
          display_name: options.displayName,
          roles: options.roles === false ? [] : options.role,
          approval_level: options.approvalLevel,
          trust_score: options.trustScore,
        };
        // The server replaces whole registrations; a person who is renamed must not lose her roles by that.
        const body = await readBody<UserRequest>(io, options.file, named);
        const present = options.file === undefined ? await registered(client, id) : {};
        const user = await client.users.put(id, { ...present, ...body });
        await out.result(user, (paint) => record(user, paint));
      }),
    );
  addRemove(group, run, 'end a membership, with its roles and keys', (client, id) => client.users.remove(id));
}
