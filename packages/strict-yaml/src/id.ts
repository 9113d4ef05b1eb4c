import { type Located, type Reading, readText, report } from './reading.ts';

const ID = /^[a-z0-9][a-z0-9._-]{0,62}$/;
const ID_REMEDY =
  'use lower-case letters, digits, ".", "_" and "-", at most 63, starting with a letter or digit';

/** An id that a person chose: of a policy, an agent, a scope. */
export function readId(reading: Reading, at: Located): string | undefined {
  const id = readText(reading, at, ID_REMEDY);
  if (id === undefined || ID.test(id)) return id;
  return report(reading, at, 'bad_id', `${JSON.stringify(id.slice(0, 80))} is not an id`, ID_REMEDY);
}

/** Whether a text could be an id that a person chose. */
export function isId(text: string): boolean {
  return ID.test(text);
}
