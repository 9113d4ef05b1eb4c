import type { ToolCall } from '@countersign/sdk';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Session } from '../session.ts';

/** The server's longest long poll. */
const MAX_WAIT_MS = 30_000;

/** Reads a call until it is decided, at most so many seconds. */
export async function waitForDecision({ client }: Session, id: string, seconds: number): Promise<ToolCall> {
  const endsAt = performance.now() + seconds * 1_000;
  let call = await client.toolCalls.get(id);
  for (;;) {
    const left = Math.ceil(endsAt - performance.now());
    if (!isOpen(call) || left <= 0) return call;
    // What changes between two requests is answered at once.
    const wait = { waitMs: Math.min(left, MAX_WAIT_MS), after: call.position };
    call = await client.toolCalls.get(id, wait);
  }
}

/** The decision as an exit code. What ended without execution was not refused: its permit was not used. */
export function exitCodeOfCall(call: ToolCall): ExitCode {
  if (isOpen(call)) return EXIT.pending;
  return call.status === 'denied' || call.status === 'blocked' ? EXIT.denied : EXIT.ok;
}

function isOpen({ status }: ToolCall): boolean {
  return status === 'evaluating' || status === 'awaiting_approval';
}
