import { rm, writeFile } from 'node:fs/promises';
import { fail } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import type { Output } from '../terminal/output.ts';

/** What was made, with a secret that is told this once. */
export interface Secret {
  /** Null where there is none to tell. */
  readonly secret: string | null;
  /** The answer, with the secret and without. */
  readonly whole: object;
  readonly rest: object;
  /** In words, for stderr. */
  readonly note: string;
}

/** For `--out` of what makes a secret. */
export const OUT = ['--out <file>', 'write it to this new file, mode 0600, instead of showing it'] as const;

/**
 * Shows a secret on stdout, or puts it into a new file instead. The file is made before the secret: one that can't be
 * written down would be lost.
 */
export async function tellOnce(
  out: Output,
  file: string | undefined,
  make: () => Promise<Secret>,
): Promise<void> {
  if (file !== undefined) await reserve(file);
  const { secret, whole, rest, note } = await make().catch(async (error: unknown) => {
    if (file !== undefined) await rm(file);
    throw error;
  });
  if (file !== undefined && secret !== null) await writeFile(file, `${secret}\n`);
  else if (file !== undefined) await rm(file);
  await out.note(note);
  await out.result(file === undefined ? whole : rest, () => (secret === null ? '' : (file ?? secret)));
}

async function reserve(file: string): Promise<void> {
  try {
    await writeFile(file, '', { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    fail({
      exitCode: EXIT.usage,
      code: 'unwritable_file',
      detail: `${file} can't be made (${(cause as NodeJS.ErrnoException).code}); nothing was made`,
      remedy: 'name a new file in a directory that you may write to',
    });
  }
}
