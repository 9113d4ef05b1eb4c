import {
  type Located,
  type Reading,
  readFields,
  readItems,
  readOneOf,
  readText,
  readUnique,
  report,
} from '@countersign/strict-yaml';
import { principalKey } from '../acl/acl.ts';
import { LEVELS, type Level } from '../acl/level.ts';
import type { Allowance } from './permissions.ts';
import { readPrincipal, readTime } from './scalars.ts';

const GRANTS = [...LEVELS, 'delegate'] as const;

/** The entries under `allow`: `{agent, grants: [read, write]}` or `{agent, level: write, expires}`. */
export function parseAllowances(reading: Reading, at: Located, max: number): readonly Allowance[] {
  return readDistinct(reading, at, max, (item) => parseAllowance(reading, item));
}

/** What `read` makes of each item of a list; a second one of the same principal is reported. */
export function readDistinct(
  reading: Reading,
  at: Located,
  max: number,
  read: (item: Located) => Allowance | undefined,
): readonly Allowance[] {
  const found: Allowance[] = [];
  const named = new Set<string>();
  for (const item of readItems(reading, at, 0, max) ?? []) {
    const allowance = read(item);
    if (allowance === undefined) continue;
    const key = principalKey(allowance.principal);
    if (named.has(key)) report(reading, item, 'duplicate_entry', `${key} stands twice`, 'keep one of them');
    named.add(key);
    found.push(allowance);
  }
  return found;
}

function parseAllowance(reading: Reading, item: Located): Allowance | undefined {
  const fields = readFields<'agent' | 'grants' | 'level' | 'expires' | 'reason'>(
    reading,
    item,
    ['agent'],
    ['grants', 'level', 'expires', 'reason'],
  );
  if (fields === undefined) return undefined;
  const principal = fields.agent && readPrincipal(reading, fields.agent);
  const granted = parseGrants(reading, fields);
  const expiresAt = fields.expires ? readTime(reading, fields.expires) : null;
  const reason = fields.reason ? readText(reading, fields.reason, 'write a short text') : null;
  if (principal === undefined || granted === undefined) return undefined;
  return { principal, ...granted, expiresAt: expiresAt ?? null, reason: reason ?? null };
}

/** Both ways to say how much; neither says the least. */
function parseGrants(
  reading: Reading,
  { grants, level }: { readonly grants?: Located; readonly level?: Located },
): Pick<Allowance, 'level' | 'delegate'> | undefined {
  if (grants && level)
    return report(
      reading,
      level,
      'bad_combination',
      'grants and level both say how much',
      'keep one of them',
    );
  if (level) {
    const found = readOneOf(reading, level, LEVELS);
    return found && { level: found, delegate: false };
  }
  if (!grants) return { level: 'read', delegate: false };
  const problems = reading.problems.length;
  const named = readUnique(reading, grants, GRANTS.length, (item) => readOneOf(reading, item, GRANTS));
  const most = LEVELS.findLast((one): one is Level => named.includes(one));
  if (most !== undefined) return { level: most, delegate: named.includes('delegate') };
  if (reading.problems.length > problems) return undefined;
  return report(
    reading,
    grants,
    'bad_combination',
    'delegate alone hands on nothing',
    'add read, write or admin: what is handed on is never more than what one has',
  );
}
