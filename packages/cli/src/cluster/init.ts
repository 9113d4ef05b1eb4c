import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { fail } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { type Run, verb } from '../session.ts';
import { table } from '../terminal/table.ts';
import type { ClusterKeyFile } from './cluster-keys.ts';

/** `cluster init`: the keys with which the services of one cluster know each other. */
export function addInit(group: Command, run: Run): void {
  group
    .command('init')
    .argument('<directory>', 'new or without such files; made with mode 0700')
    .description('make the keys of a cluster: four files, mode 0600, never written over')
    .action(
      verb<object, [string]>(run, async ({ out }, _options, directory) => {
        const { newClusterKeys } = await import('./cluster-keys.ts');
        const keys = newClusterKeys();
        writeKeys(directory, keys);
        const files = keys.map(({ name, services, purpose }) => ({
          file: join(directory, name),
          services,
          purpose,
        }));
        await out.result({ files }, (paint) =>
          table(
            [
              { title: 'FILE', of: ({ file }) => file },
              { title: 'GOES TO', of: ({ services }) => services },
              { title: 'WHAT FOR', of: ({ purpose }) => purpose },
            ],
            files,
            paint,
          ),
        );
        await out.note('keep a copy of master.key apart from every backup of keys.sqlite');
      }),
    );
}

/** All of them or none. */
function writeKeys(directory: string, keys: readonly ClusterKeyFile[]): void {
  const present = keys.map(({ name }) => join(directory, name)).filter((file) => existsSync(file));
  if (present.length > 0) refuse(present);
  const written: string[] = [];
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (const { name, text } of keys) {
      const file = join(directory, name);
      const descriptor = openSync(file, 'wx', 0o600);
      written.push(file);
      try {
        writeSync(descriptor, text);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
    }
  } catch (cause) {
    for (const file of written) rmSync(file, { force: true });
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') refuse([message]);
    fail({
      exitCode: EXIT.usage,
      code: 'not_writable',
      detail: `the keys can't be written into ${directory}: ${message}`,
      remedy: 'name a directory on a disk with space that you may write',
    });
  }
}

function refuse(present: readonly string[]): never {
  return fail({
    exitCode: EXIT.conflict,
    code: 'keys_exist',
    detail: `there are keys already: ${present.join(', ')}`,
    remedy: 'name another directory; keys that a cluster has used are not replaced',
  });
}
