import type { FieldError } from '../problem.ts';
import type { GuardedCall, GuardOptions } from './guarded-call.ts';

const CALL: Readonly<Record<keyof GuardedCall, true>> = {
  tool: true,
  arguments: true,
  reason: true,
  agentId: true,
  userId: true,
  reasoning: true,
  confidence: true,
  sessionId: true,
  intentId: true,
  costMicros: true,
  environment: true,
  key: true,
};

const OPTIONS: Readonly<Record<keyof GuardOptions, true>> = {
  waitMs: true,
  signal: true,
  journal: true,
  recordedResult: true,
};

/**
 * What the caller gave under names that nobody reads. Passing over a misspelt or misplaced `key` would execute the
 * same operation twice.
 */
export function unknownMembers(call: object, options: object): FieldError[] {
  return [...unknownIn('', call, CALL), ...unknownIn('/options', options, OPTIONS)];
}

function unknownIn(place: string, given: object, known: Readonly<Record<string, true>>): FieldError[] {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(known, name));
  const detail = `is not known here; known: ${Object.keys(known).join(', ')}`;
  return unknown.map((name) => ({ pointer: `${place}/${name}`, detail }));
}
