import { fileURLToPath } from 'node:url';
import { startProgram } from '../processes.ts';
import type { Ground } from './ground.ts';

const PROGRAM = fileURLToPath(new URL('bare-stage.ts', import.meta.url));
/** A process for each, as in the product; the gateway's last, because it answers. */
const PROCESSES = ['policy', 'meter', 'gateway'] as const;
/** Those of the product's processes. */
const FLAGS = ['--max-semi-space-size=32'];

export interface BareLoop extends AsyncDisposable {
  readonly url: string;
}

/** Starts it, with the events of the call that stands in a file. */
export async function startBareLoop({ kafka, store }: Ground, call: string): Promise<BareLoop> {
  await using stack = new AsyncDisposableStack();
  let url = '';
  for (const stage of PROCESSES) {
    const args = ['--stage', stage, '--brokers', kafka.brokers, '--store', store.url, '--call', call];
    const program = await startProgram(PROGRAM, args, FLAGS);
    stack.defer(program.stop);
    url = program.line;
  }
  const all = stack.move();
  return { url, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
