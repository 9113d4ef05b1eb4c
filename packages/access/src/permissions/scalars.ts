import { isId, type Located, type Reading, readText, report } from '@countersign/strict-yaml';
import type { AclPrincipal } from '../acl/acl.ts';

const PRINCIPAL_REMEDY = 'write the id of an agent, or agent:<id>, user:<id>, service:<id> or group:<id>';
const APPROVER_REMEDY = 'write user:<id>, agent:<id>, group:<id> or role:<slug>, or the name alone';
const TIME_REMEDY = 'write a time with its offset, such as "2026-12-31T00:00:00Z"';
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Whom something names: a name alone is an agent. */
export function readPrincipal(reading: Reading, at: Located): AclPrincipal | undefined {
  const text = readText(reading, at, PRINCIPAL_REMEDY);
  if (text === undefined) return undefined;
  const [, kind = 'agent', id = ''] = /^(?:(agent|user|service|group):)?(.*)$/s.exec(text) ?? [];
  if (isId(id)) return { kind: kind as AclPrincipal['kind'], id };
  return report(reading, at, 'bad_principal', `${quoted(text)} names nobody`, PRINCIPAL_REMEDY);
}

/** Who reviews: a name alone stays one, because it may be a person, a group or a role. */
export function readApprover(reading: Reading, at: Located): string | undefined {
  const text = readText(reading, at, APPROVER_REMEDY);
  if (text === undefined) return undefined;
  const [, id = ''] = /^(?:(?:user|agent|group|role):)?(.*)$/s.exec(text) ?? [];
  if (isId(id)) return text;
  return report(reading, at, 'bad_approver', `${quoted(text)} names nobody`, APPROVER_REMEDY);
}

/** A moment, as RFC 3339 UTC with milliseconds. */
export function readTime(reading: Reading, at: Located): string | undefined {
  const text = readText(reading, at, TIME_REMEDY);
  if (text === undefined) return undefined;
  const ms = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms) && isOnCalendar(text)) return new Date(ms).toISOString();
  return report(reading, at, 'bad_time', `${quoted(text)} is not a time`, TIME_REMEDY);
}

/** JavaScript takes the 31st of February for a day in March. */
function isOnCalendar(text: string): boolean {
  const day = text.slice(0, 10);
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
