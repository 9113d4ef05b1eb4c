import type { ApiKey, KeyCreated, Principal } from '@countersign/sdk';
import type { Command } from 'commander';
import { fail } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { duration } from '../input/option-values.ts';
import { addList } from '../listing.ts';
import { type Run, verb } from '../session.ts';
import { shown } from '../terminal/shown.ts';
import { OUT, type Secret, tellOnce } from './secret.ts';

interface MakeOptions {
  readonly name?: string;
  readonly expiresIn?: number;
  readonly out?: string;
}

interface CreateOptions extends MakeOptions {
  readonly user?: string;
  readonly agent?: string;
  readonly service?: string;
}

/** `keys ls|create|rotate|revoke`. */
export function addKeys(program: Command, run: Run): void {
  const group = program.command('keys').description('keys of users, agents and services');
  addList<ApiKey>(group, run, {
    describe: 'list keys; never the keys themselves',
    list: (client, page) => client.keys.list(page),
    columns: [
      { title: 'ID', of: ({ id }) => id },
      { title: 'OF', of: ({ principal }) => `${principal.kind}:${principal.id}` },
      { title: 'CREATED', of: (key) => key.created_at },
      { title: 'EXPIRES', of: (key) => key.expires_at },
      { title: 'REVOKED', of: (key) => key.revoked_at },
      { title: 'NAME', of: ({ name }) => shown(name) },
    ],
  });
  addCreate(group, run);
  addRotate(group, run);
  group
    .command('revoke')
    .argument('<id>')
    .description('end a key; holds from the next request')
    .action(
      verb<object, [string]>(run, async ({ client, out }, _options, id) => {
        await client.keys.revoke(id);
        await out.result({ id, revoked: true }, () => `${id} is revoked`);
      }),
    );
}

function addCreate(group: Command, run: Run): void {
  group
    .command('create')
    .description('make a key for exactly one of user, agent or service; it is shown this once')
    .option('--user <id>')
    .option('--agent <id>')
    .option('--service <id>')
    .option('--name <text>', 'for people')
    .option('--expires-in <duration>', 'such as 1h or 30d; default never', duration)
    .option(...OUT)
    .action(
      verb<CreateOptions, []>(run, async ({ client, out }, options) => {
        const principal = principalOf(options);
        const request = { principal, name: options.name, expires_at: expiryOf(options) };
        await tellOnce(out, options.out, async () => madeKey(await client.keys.create(request)));
      }),
    );
}

function addRotate(group: Command, run: Run): void {
  group
    .command('rotate')
    .argument('<id>')
    .description('put a new key in the place of one; it is shown this once')
    .option(
      '--overlap <duration>',
      'how long the old one is good beside it, a week at most; default not at all',
      duration,
    )
    .option('--name <text>', 'for people; default that of the old one')
    .option('--expires-in <duration>', 'such as 1h or 30d; default never', duration)
    .option(...OUT)
    .action(
      verb<MakeOptions & { readonly overlap?: number }, [string]>(
        run,
        async ({ client, out }, options, id) => {
          const { overlap: overlap_ms, name } = options;
          const request = { overlap_ms, name, expires_at: expiryOf(options) };
          await tellOnce(out, options.out, async () => madeKey(await client.keys.rotate(id, request)));
        },
      ),
    );
}

/** A key that was made, to be told once. */
export function madeKey(whole: KeyCreated): Secret {
  const { key, ...rest } = whole;
  return { secret: key, whole, rest, note: `key ${rest.id} of ${rest.principal.kind} ${rest.principal.id}` };
}

function principalOf({ user, agent, service }: CreateOptions): Principal {
  const named = Object.entries({ user, agent, service }).flatMap(([kind, id]) =>
    id === undefined ? [] : [{ kind: kind as Principal['kind'], id }],
  );
  const [principal] = named;
  if (principal !== undefined && named.length === 1) return principal;
  return fail({
    exitCode: EXIT.usage,
    code: 'usage',
    detail: named.length === 0 ? 'whose key is it?' : 'a key belongs to one principal',
    remedy: 'give one of --user <id>, --agent <id>, --service <id>',
  });
}

function expiryOf({ expiresIn }: MakeOptions): string | undefined {
  return expiresIn === undefined ? undefined : new Date(Date.now() + expiresIn).toISOString();
}
