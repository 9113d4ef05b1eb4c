import {
  kindOf,
  type Located,
  type Reading,
  readFields,
  readOneOf,
  readText,
  report,
} from '@countersign/strict-yaml';
import type { AclPrincipal } from '../acl/acl.ts';
import { LEVELS } from '../acl/level.ts';
import { readDistinct } from './parse-allowances.ts';
import { parseDelegates } from './parse-delegation.ts';
import { MAX_ALLOWANCES, parseContext } from './parse-permissions.ts';
import type { Allowance, DelegationRule, Permissions } from './permissions.ts';
import { readPrincipal, readTime } from './scalars.ts';

/** The fields that `permissions` took the place of. */
export const LEGACY_KEYS = ['access', 'delegation', 'context'] as const;

/** What a phase says in the old fields. */
export type LegacyFields = { readonly [Key in (typeof LEGACY_KEYS)[number]]?: Located };

const POLICIES = ['open', 'restricted', 'private'] as const;
const TYPES = ['agent', 'user', 'service', 'group', 'human'] as const;

/** The old fields as permissions; an entry's end and reason are kept. */
export function parseLegacy(reading: Reading, fields: LegacyFields): Permissions {
  const access = fields.access ? parseAccess(reading, fields.access) : undefined;
  const delegate = fields.delegation ? parseLegacyDelegation(reading, fields.delegation) : undefined;
  const context = fields.context ? parseContext(reading, fields.context) : undefined;
  return {
    ...(access ?? { policy: 'open', default: 'read', allow: [] }),
    delegate: delegate ?? null,
    context: context ?? 'auto',
  };
}

function parseAccess(
  reading: Reading,
  at: Located,
): Pick<Permissions, 'policy' | 'default' | 'allow'> | undefined {
  const fields = readFields(reading, at, [], ['policy', 'default_permission', 'acl']);
  if (fields === undefined) return undefined;
  if (Object.keys(fields).length === 0)
    return report(reading, at, 'missing_key', 'says nothing', 'write permissions instead');
  const policy = fields.policy ? readOneOf(reading, fields.policy, POLICIES) : 'open';
  const fallback = fields.default_permission && readOneOf(reading, fields.default_permission, LEVELS);
  const allow = fields.acl
    ? readDistinct(reading, fields.acl, MAX_ALLOWANCES, (item) => parseEntry(reading, item))
    : [];
  if (policy === undefined) return undefined;
  if (policy !== 'private') return { policy, default: fallback ?? 'read', allow };
  if (fields.default_permission)
    report(reading, fields.default_permission, 'bad_combination', 'private has no default', 'remove it');
  return { policy, default: null, allow };
}

function parseEntry(reading: Reading, item: Located): Allowance | undefined {
  const fields = readFields(
    reading,
    item,
    [],
    ['principal_id', 'agent', 'principal_type', 'permission', 'level', 'expires_at', 'expires', 'reason'],
  );
  if (fields === undefined) return undefined;
  const principal = parseEntryPrincipal(reading, item, fields);
  const levelAt = oneOf(reading, fields, 'permission', 'level');
  const level = levelAt ? readOneOf(reading, levelAt, LEVELS) : 'read';
  const endAt = oneOf(reading, fields, 'expires_at', 'expires');
  const expiresAt = endAt && kindOf(endAt) !== 'null' ? readTime(reading, endAt) : null;
  const reason = fields.reason ? readText(reading, fields.reason, 'write a short text') : null;
  if (principal === undefined || level === undefined) return undefined;
  return { principal, level, delegate: false, expiresAt: expiresAt ?? null, reason: reason ?? null };
}

function parseEntryPrincipal(
  reading: Reading,
  item: Located,
  fields: { readonly principal_id?: Located; readonly agent?: Located; readonly principal_type?: Located },
): AclPrincipal | undefined {
  const at = oneOf(reading, fields, 'principal_id', 'agent');
  if (at === undefined) return report(reading, item, 'missing_key', 'names nobody', 'add principal_id');
  const principal = readPrincipal(reading, at);
  const type = fields.principal_type && readOneOf(reading, fields.principal_type, TYPES);
  if (principal === undefined || type === undefined) return principal;
  return { kind: type === 'human' ? 'user' : type, id: principal.id };
}

function parseLegacyDelegation(reading: Reading, at: Located): DelegationRule | undefined {
  const fields = readFields(reading, at, [], ['targets', 'to', 'default_permission', 'level']);
  if (fields === undefined) return undefined;
  const toAt = oneOf(reading, fields, 'targets', 'to');
  const levelAt = oneOf(reading, fields, 'default_permission', 'level');
  const level = levelAt ? readOneOf(reading, levelAt, LEVELS) : 'read';
  if (toAt === undefined)
    return report(reading, at, 'missing_key', 'names nobody to hand work on to', 'add targets');
  const to = parseDelegates(reading, toAt);
  return level && { to, level, maxDepth: 1 };
}

/** The one of two names of the same thing that is given. */
function oneOf<Key extends string>(
  reading: Reading,
  fields: { readonly [Name in Key]?: Located },
  one: Key,
  other: Key,
): Located | undefined {
  const [first, second] = [fields[one], fields[other]];
  if (first && second)
    report(reading, second, 'bad_combination', `${one} and ${other} say the same`, 'keep one of them');
  return first ?? second;
}
