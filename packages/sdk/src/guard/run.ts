import type { ToolCallRequest } from '../model/tool-call.ts';
import type { Calls } from './calls.ts';
import type { Journal } from './journal.ts';
import type { KeyMemory } from './key-memory.ts';

/** One call of `guard` on its way: what all its steps need. */
export interface Run {
  readonly calls: Calls;
  readonly memory: KeyMemory;
  readonly journal: Journal | undefined;
  readonly key: string;
  /** The key was made for this very run, so that nobody else can have it. */
  readonly fresh: boolean;
  readonly body: ToolCallRequest;
  readonly waitMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Whether the caller has aborted. Asked anew each time; the compiler would remember the property. */
export function isAborted(run: Run): boolean {
  return run.signal?.aborted === true;
}
