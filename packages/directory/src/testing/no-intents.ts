import { createAclBoard } from '../acl-board.ts';
import type { Directory } from '../directory.ts';
import { createIntentStanding, type IntentStanding } from '../intent-standing.ts';

/** For tests in which there is no work intent: what calls name are labels. */
export function noIntents(directory: Directory): IntentStanding {
  return createIntentStanding({ board: createAclBoard(), directory, nowMs: () => 0 });
}
