import { type JsonObject, MAX_STATE_CHARS, type Problem, problem } from '@countersign/contracts';
import type { WorkIntentRow } from './view.ts';

/** Another change came first. */
export function stale({ version }: WorkIntentRow): Problem {
  return problem('version_conflict', `it is at version ${version} by now; read it again and repeat`, {
    current_version: version,
  });
}

/** Something in the body that its schema can't tell. */
export function invalid(pointer: string, detail: string): Problem {
  return problem('invalid_request', `${pointer}: ${detail}`, { errors: [{ pointer, detail }] });
}

/** The bound of a whole state, which patches reach bit by bit. */
export function isTooLong(state: JsonObject): boolean {
  return JSON.stringify(state).length > MAX_STATE_CHARS;
}
