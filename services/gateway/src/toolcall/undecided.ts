import type { CallRow } from '../views/call-row.ts';
import type { Block } from './decide.ts';

/**
 * Whether the time for a verdict is over. It runs from the announcement to a verdict or a question, and once more from
 * a human's grant; the time of people does not count.
 */
export function isOverdue({ status, deadline }: CallRow, nowMs: number): boolean {
  return status === 'evaluating' && deadline !== null && deadline <= nowMs;
}

/** The end of a call without a verdict in time. What a late one says does not matter any more. */
export const UNDECIDED: Block = {
  kind: 'block',
  open: 'undecided',
  reason: 'undecided',
  layer: 'gateway',
  reasons: [{ layer: 'gateway', code: 'undecided', message: 'no verdict came in time' }],
  killSwitchId: null,
};
