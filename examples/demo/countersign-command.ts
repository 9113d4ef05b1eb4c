import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pc from 'picocolors';
import type { Narrator } from './narrator.ts';

/** Runs `countersign` with these words as a process of its own, shows it, and answers its exit code. */
export type Command = (...words: readonly string[]) => Promise<number>;

const MAIN = fileURLToPath(import.meta.resolve('@countersign/cli/main'));

/** The command as one person uses it. The key goes by the environment: words are seen by everybody. */
export function countersignCommand(
  { url, key }: { readonly url: string; readonly key: string },
  { say, quote }: Narrator,
): Command {
  return async (...words) => {
    say(pc.yellow(`$ countersign ${words.map(quoted).join(' ')}`));
    const child = spawn(process.execPath, [MAIN, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        COUNTERSIGN_URL: url,
        COUNTERSIGN_KEY: key,
        ...(pc.isColorSupported ? { FORCE_COLOR: '1' } : {}),
      },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const [code] = await once(child, 'close');
    quote(output);
    return code;
  };
}

function quoted(word: string): string {
  return /^[\w./:-]+$/.test(word) ? word : `'${word}'`;
}
