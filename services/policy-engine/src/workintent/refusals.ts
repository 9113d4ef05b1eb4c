import { type JsonObject, MAX_STATE_CHARS, type Problem, problem } from '@countersign/contracts';
import { staleAt } from './judge.ts';
import type { WorkIntentRow } from './view.ts';

/** Another change came first, as it is answered. */
export function stale({ version }: Pick<WorkIntentRow, 'version'>): Problem {
  const { rejected, detail } = staleAt(version);
  return problem(rejected, detail, { current_version: version });
}

/** Something in the body that its schema can't tell. */
export function invalid(pointer: string, detail: string): Problem {
  return problem('invalid_request', `${pointer}: ${detail}`, { errors: [{ pointer, detail }] });
}

/** The bound of a whole state, which patches reach bit by bit. */
export function isTooLong(state: JsonObject): boolean {
  return JSON.stringify(state).length > MAX_STATE_CHARS;
}
