import {
  kindOf,
  type Located,
  type Reading,
  readFields,
  readOneOf,
  readText,
  readUnique,
  report,
} from '@countersign/strict-yaml';
import { principalKey } from '../acl/acl.ts';
import { LEVELS } from '../acl/level.ts';
import { parseAllowances, readDistinct } from './parse-allowances.ts';
import { parseDelegation } from './parse-delegation.ts';
import { CONTEXT_PARTS, type ContextRule, type Permissions } from './permissions.ts';
import { readPrincipal } from './scalars.ts';

/** Most principals that one phase may name. */
export const MAX_ALLOWANCES = 1_000;
const MAX_INJECTED = 100;
const WORDS = ['auto', 'none'] as const;
const SHORTHANDS = ['open', 'private', 'restricted'] as const;
const POLICIES = ['open', 'scoped', 'restricted', 'private'] as const;
const KEYS = ['policy', 'default', 'allow', 'delegate', 'context'] as const;
const FORMS =
  'write open, private, a list of agents, or a mapping with policy, default, allow, delegate, context';

/** The `permissions` of a phase in any of the four forms. Whatever is not one of them is reported and opens nothing. */
export function parsePermissions(reading: Reading, at: Located): Permissions | undefined {
  if (kindOf(at) === 'list') return parseList(reading, at);
  if (kindOf(at) === 'mapping') return parseObject(reading, at);
  if (kindOf(at) !== 'text') return report(reading, at, 'wrong_type', 'must say who is let in', FORMS);
  const policy = readOneOf(reading, at, SHORTHANDS);
  if (policy === undefined) return undefined;
  return { policy, default: null, allow: [], delegate: null, context: 'auto' };
}

/** Who is listed may write, and everybody else nothing. */
function parseList(reading: Reading, at: Located): Permissions {
  const allow = readDistinct(reading, at, MAX_ALLOWANCES, (item) => {
    const principal = readPrincipal(reading, item);
    return principal && { principal, level: 'write', delegate: false, expiresAt: null, reason: null };
  });
  return { policy: 'listed', default: null, allow, delegate: null, context: 'auto' };
}

function parseObject(reading: Reading, at: Located): Permissions | undefined {
  const fields = readFields(reading, at, [], KEYS);
  if (fields === undefined) return undefined;
  if (Object.keys(fields).length === 0)
    return report(reading, at, 'missing_key', 'says nothing', 'write at least policy, or permissions: open');
  const policy = fields.policy ? readOneOf(reading, fields.policy, POLICIES) : 'open';
  const fallback = fields.default && readOneOf(reading, fields.default, LEVELS);
  const allow = fields.allow ? parseAllowances(reading, fields.allow, MAX_ALLOWANCES) : [];
  const delegate = fields.delegate ? parseDelegation(reading, fields.delegate) : undefined;
  const context = fields.context ? parseContext(reading, fields.context) : 'auto';
  if (policy === 'private' && fields.default)
    report(
      reading,
      fields.default,
      'bad_combination',
      'private lets nobody in but the assigned agent and whom allow names',
      'remove default, or write policy: scoped',
    );
  if (delegate === 'forbidden')
    for (const { principal } of allow.filter(({ delegate: may }) => may))
      report(
        reading,
        fields.delegate ?? at,
        'bad_combination',
        `delegate.allow is false, and ${principalKey(principal)} is granted delegate`,
        'remove one of them',
      );
  if (policy === undefined || context === undefined) return undefined;
  const rule = delegate === 'forbidden' ? null : (delegate ?? null);
  return { policy, default: fallback ?? null, allow, delegate: rule, context };
}

/** `auto`, `none`, a list of parts, or `{inject: [names of entries of the state]}`. */
export function parseContext(reading: Reading, at: Located): ContextRule | undefined {
  if (kindOf(at) === 'text') return readOneOf(reading, at, WORDS);
  if (kindOf(at) === 'list')
    return {
      parts: readUnique(reading, at, CONTEXT_PARTS.length, (item) => readOneOf(reading, item, CONTEXT_PARTS)),
    };
  const inject = readFields(reading, at, ['inject'])?.inject;
  if (inject === undefined) return undefined;
  const names = readUnique(reading, inject, MAX_INJECTED, (item) =>
    readText(reading, item, 'write the name of an entry of the state'),
  );
  return { inject: names };
}
