import type { Readable, Writable } from 'node:stream';
import { confirm, isCancel } from '@clack/prompts';
import { fail } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { type Io, isInteractive } from './io.ts';

/**
 * Asks a second time before something that is hard to take back. Who can't be asked has to say so beforehand.
 *
 * @param instead the option that stands for the answer, such as `--yes`.
 */
export async function confirmed(io: Io, question: string, instead: string): Promise<void> {
  if (!isInteractive(io)) {
    fail({
      exitCode: EXIT.usage,
      code: 'not_confirmed',
      detail: `nobody is there to answer: ${question}`,
      remedy: `add ${instead} if you mean it`,
    });
  }
  const answer = await confirm({
    message: question,
    initialValue: false,
    input: io.stdin as Readable,
    output: io.stderr as Writable,
  });
  if (isCancel(answer) || !answer) {
    fail({ exitCode: EXIT.denied, code: 'not_confirmed', detail: 'not confirmed: nothing was changed' });
  }
}
