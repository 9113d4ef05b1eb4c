import type { Invitation, InvitationState } from '@countersign/sdk';
import type { Command } from 'commander';
import { duration, oneOf } from '../input/option-values.ts';
import { addList } from '../listing.ts';
import { type Run, verb } from '../session.ts';
import { shown } from '../terminal/shown.ts';
import { madeKey } from './keys.ts';
import { type RoleGrant, roleGrants, scopeText } from './role-grant.ts';
import { OUT, tellOnce } from './secret.ts';

interface CreateOptions {
  readonly role?: readonly RoleGrant[];
  readonly handle?: string;
  readonly expiresIn?: number;
  readonly out?: string;
}

interface AcceptOptions {
  readonly keyName?: string;
  readonly out?: string;
}

const STATES: readonly InvitationState[] = ['pending', 'accepted', 'revoked', 'expired'];

/** `invitations ls|create|accept|revoke`. */
export function addInvitations(program: Command, run: Run): void {
  const group = program.command('invitations').description('who may become a user');
  addList<Invitation, { readonly state?: InvitationState }>(group, run, {
    describe: 'list invitations; never their tokens',
    list: (client, page, { state }) => client.invitations.list({ ...page, state }),
    columns: [
      { title: 'ID', of: ({ id }) => id },
      { title: 'USER', of: ({ user }) => user },
      { title: 'STATE', of: ({ state }) => state },
      { title: 'EXPIRES', of: (invitation) => invitation.expires_at },
      {
        title: 'ROLES',
        of: ({ roles }) => roles.map(({ role, scope }) => `${role}@${scopeText(scope)}`).join(', '),
      },
      { title: 'HANDLE', of: ({ handle }) => shown(handle) },
    ],
  }).option('--state <state>', STATES.join(', '), oneOf(STATES));
  addCreate(group, run);
  addAccept(group, run);
  group
    .command('revoke')
    .argument('<id>')
    .description('take an invitation back')
    .action(
      verb<object, [string]>(run, async ({ client, out }, _options, id) => {
        await client.invitations.revoke(id);
        await out.result({ id, revoked: true }, () => `${id} is revoked`);
      }),
    );
}

function addCreate(group: Command, run: Run): void {
  group
    .command('create')
    .argument('<user>')
    .description('invite somebody under an id; the token is shown this once')
    .option('--role <role@scope>', 'such as operator@organization:default; several times', roleGrants)
    .option('--handle <text>', 'how they are reached')
    .option('--expires-in <duration>', 'such as 12h or 7d; default a week', duration)
    .option(...OUT)
    .action(
      verb<CreateOptions, [string]>(run, async ({ client, out }, options, user) => {
        const { role: roles = [], handle, expiresIn: expires_in_ms } = options;
        await tellOnce(out, options.out, async () => {
          const whole = await client.invitations.create({ user, roles, handle, expires_in_ms });
          const { token, ...rest } = whole;
          return { secret: token, whole, rest, note: `invitation ${rest.id} of ${user}` };
        });
      }),
    );
}

function addAccept(group: Command, run: Run): void {
  group
    .command('accept')
    .argument('<id>')
    .description('become a user, with the token as the key of this command; the own key is shown this once')
    .option('--key-name <text>', 'for people')
    .option(...OUT)
    .action(
      verb<AcceptOptions, [string]>(run, async ({ client, out }, options, id) => {
        const request = { key_name: options.keyName };
        await tellOnce(out, options.out, async () => {
          const { user, key } = await client.invitations.accept(id, request);
          // Who signs in with the organization's issuer needs no key.
          return key ? madeKey(key) : { secret: null, whole: user, rest: user, note: `${user.id} is a user` };
        });
      }),
    );
}
