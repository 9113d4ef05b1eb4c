import type { PartialFacts } from '../expressions/facts.ts';
import type { PolicyScope } from '../policy.ts';

const KEYS = ['organization', 'workspace', 'project'] as const;

/** How narrow a scope is: 0 the installation, 1 an organization, 2 a workspace, 3 a project. */
export function scopeLevel(scope: PolicyScope): number {
  return KEYS.findLastIndex((key) => scope[key] !== undefined) + 1;
}

/** Whether a scope contains a call; `unknown` when the facts do not say where the call is. */
export function containsCall(scope: PolicyScope, call: PartialFacts['scope']): boolean | 'unknown' {
  let unknown = false;
  for (const key of KEYS) {
    const wanted = scope[key];
    if (wanted === undefined) continue;
    const actual = call?.[key] ?? undefined;
    if (actual === undefined) unknown = true;
    else if (actual !== wanted) return false;
  }
  return unknown ? 'unknown' : true;
}
