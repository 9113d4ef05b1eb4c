import type { Complaint, Failure } from '../cli-error.ts';
import { coloursFor } from './colours.ts';
import { type Io, write } from './io.ts';
import { plainJson, plainText } from './plain-text.ts';

/** Says on stderr why a verb failed: in words, or with `--json` as one line `{"error": …}`. */
export async function printFailure(io: Io, failure: Failure, json: boolean): Promise<void> {
  const { exitCode, code, detail, errors = [], remedy } = failure;
  if (json) {
    return write(
      io.stderr,
      `${plainJson({ error: { code, detail, errors, remedy, exit_code: exitCode } })}\n`,
    );
  }
  const paint = coloursFor(io.stderr, io.env);
  // A stack has lines of its own; all else is one line each.
  const lines = detail.split('\n').map(plainText);
  const complaints = errors.map(complaintText).filter((complaint) => complaint !== plainText(detail));
  const text = [
    `${paint.red('error:')} ${lines.join('\n')} ${paint.dim(`(${code})`)}`,
    ...complaints.map((complaint) => `  ${complaint}`),
    ...(remedy === undefined ? [] : [`${paint.cyan('remedy:')} ${plainText(remedy)}`]),
  ];
  await write(io.stderr, `${text.join('\n')}\n`);
}

function complaintText({ pointer, line, column, detail }: Complaint): string {
  const place =
    line === undefined ? pointer : `${pointer}:${line}${column === undefined ? '' : `:${column}`}`;
  return plainText(place === '' ? detail : `${place}: ${detail}`);
}
