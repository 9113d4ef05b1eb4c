import { readFile } from 'node:fs/promises';
import { fail } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import type { Io } from '../terminal/io.ts';

/** The text of a file, or of stdin for `-`. */
export async function readText({ stdin }: Io, file: string): Promise<string> {
  if (file === '-') {
    const pieces: Buffer[] = [];
    for await (const piece of stdin) pieces.push(Buffer.from(piece));
    return Buffer.concat(pieces).toString('utf8');
  }
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    return fail({
      exitCode: EXIT.usage,
      code: 'unreadable_file',
      detail: `${file} can't be read (${(cause as NodeJS.ErrnoException).code})`,
      remedy: 'name a file that is there, or - for stdin',
    });
  }
}
