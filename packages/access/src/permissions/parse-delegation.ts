import {
  type Located,
  type Reading,
  readBoolean,
  readFields,
  readInteger,
  readItems,
  readOneOf,
  report,
} from '@countersign/strict-yaml';
import { MAX_DELEGATES } from '../acl/acl.ts';
import { LEVELS } from '../acl/level.ts';
import type { DelegationRule } from './permissions.ts';
import { readPrincipal } from './scalars.ts';

/** Longest chain of hands that work may go through. */
export const MAX_DELEGATION_DEPTH = 100;
/** Who receives work hands it on to nobody, unless the rule says so. */
const ONE_HOP = 1;

/** `{allow: true, max_depth: 2}` or `{to: [agents], level: read}`, or both; `forbidden` for `{allow: false}`. */
export function parseDelegation(reading: Reading, at: Located): DelegationRule | 'forbidden' | undefined {
  const fields = readFields(reading, at, [], ['allow', 'max_depth', 'to', 'level']);
  if (fields === undefined) return undefined;
  const allowed = fields.allow ? readBoolean(reading, fields.allow) : fields.to !== undefined;
  const depth = fields.max_depth ? readInteger(reading, fields.max_depth, 0, MAX_DELEGATION_DEPTH) : ONE_HOP;
  const to = fields.to ? parseDelegates(reading, fields.to) : null;
  const level = fields.level ? readOneOf(reading, fields.level, LEVELS) : fields.to ? 'read' : null;
  if (fields.allow === undefined && fields.to === undefined)
    return report(
      reading,
      at,
      'missing_key',
      'says not whether work may be handed on',
      'add allow: true, or to: [agents]',
    );
  if (allowed === false) {
    for (const other of [fields.max_depth, fields.to, fields.level])
      if (other)
        report(reading, other, 'bad_combination', 'allow is false', 'remove this, or write allow: true');
    return 'forbidden';
  }
  if (allowed === undefined || depth === undefined || level === undefined) return undefined;
  return depth === 0 ? 'forbidden' : { to, level, maxDepth: depth };
}

/** The agents that work may be handed on to: at least one. */
export function parseDelegates(reading: Reading, at: Located): readonly string[] {
  const found = new Set<string>();
  for (const item of readItems(reading, at, 1, MAX_DELEGATES) ?? []) {
    const principal = readPrincipal(reading, item);
    if (principal === undefined) continue;
    const { kind, id } = principal;
    if (kind !== 'agent')
      report(reading, item, 'bad_principal', `${kind}:${id} is no agent`, 'work is handed on to agents only');
    else if (found.has(id))
      report(reading, item, 'duplicate_entry', `agent:${id} stands twice`, 'keep one of them');
    found.add(id);
  }
  return [...found];
}
