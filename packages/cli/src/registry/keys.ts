import { rm, writeFile } from 'node:fs/promises';
import type { ApiKey, KeyCreated, Principal } from '@countersign/sdk';
import type { Command } from 'commander';
import { fail } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { duration } from '../input/option-values.ts';
import { addList } from '../listing.ts';
import { type Run, verb } from '../session.ts';
import { shown } from '../terminal/shown.ts';

interface CreateOptions {
  readonly user?: string;
  readonly agent?: string;
  readonly service?: string;
  readonly name?: string;
  readonly expiresIn?: number;
  readonly out?: string;
}

/** `keys ls|create|revoke`. */
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
    .option('--out <file>', 'write it to this new file, mode 0600, instead of showing it')
    .action(
      verb<CreateOptions, []>(run, async ({ client, out }, options) => {
        const principal = principalOf(options);
        if (options.out !== undefined) await reserve(options.out);
        const created = await client.keys
          .create({ principal, name: options.name, expires_at: expiryOf(options) })
          .catch(async (error: unknown) => {
            if (options.out !== undefined) await rm(options.out);
            throw error;
          });
        const { key, ...rest } = created;
        if (options.out !== undefined) await writeFile(options.out, `${key}\n`);
        await out.note(`key ${rest.id} of ${rest.principal.kind} ${rest.principal.id}`);
        const shownKey: Partial<KeyCreated> = options.out === undefined ? created : rest;
        await out.result(shownKey, () => (options.out === undefined ? key : options.out));
      }),
    );
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

function expiryOf({ expiresIn }: CreateOptions): string | undefined {
  return expiresIn === undefined ? undefined : new Date(Date.now() + expiresIn).toISOString();
}

/** Makes the file before the key: a key that can't be written down would be lost. */
async function reserve(file: string): Promise<void> {
  try {
    await writeFile(file, '', { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    fail({
      exitCode: EXIT.usage,
      code: 'unwritable_file',
      detail: `${file} can't be made (${(cause as NodeJS.ErrnoException).code}); no key was made`,
      remedy: 'name a new file in a directory that you may write to',
    });
  }
}
