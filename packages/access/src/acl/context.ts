import type { ContextPart, ContextRule } from '../permissions/permissions.ts';
import type { AclEntry, AclPrincipal } from './acl.ts';
import { principalKey } from './acl.ts';
import { includesLevel, type Level } from './level.ts';

/** Another work intent that this one has to do with. */
export interface Related<State = unknown> {
  readonly id: string;
  readonly title: unknown;
  readonly status: string;
  readonly state: State;
  readonly description: unknown;
  readonly constraints: unknown;
}

/** What is shown of another work intent: always its id, title and status. */
export type ShownRelated<State> = Pick<Related<State>, 'id' | 'title' | 'status'> & Partial<Related<State>>;

/** What kind of thing an event tells: what agents say, how the state changed, who may do what. */
export type EventKind = 'told' | 'state' | 'access';

/** The lesser of two levels: what is shown of another intent is bounded by what one may read there, too. */
export function lesserLevel(one: Level | null, other: Level | null): Level | null {
  return one !== null && includesLevel(one, other ?? one) ? other : one;
}

/** Of the parent: its title and status; with `write` its state; with `admin` everything. */
export function parentShown<State>(level: Level, parent: Related<State>): ShownRelated<State> {
  if (level === 'admin') return parent;
  const { id, title, status, state } = parent;
  return level === 'write' ? { id, title, status, state } : { id, title, status };
}

/** Of what it depends on: the final result; with `write` also one that is not final; with `admin` everything. */
export function dependencyShown<State>(level: Level, dependency: Related<State>): ShownRelated<State> {
  return parentShown(level === 'read' && dependency.status === 'completed' ? 'write' : level, dependency);
}

/** Whether an event is among those that a level is told of. */
export function isEventShown(level: Level, kind: EventKind): boolean {
  return includesLevel(level, { told: 'read', state: 'write', access: 'admin' }[kind] as Level);
}

/** Entries of the list: hidden (`null`) with `read`; the own ones with `write`; all with `admin`. */
export function entriesShown(
  level: Level,
  entries: readonly AclEntry[],
  own: readonly AclPrincipal[],
): readonly AclEntry[] | null {
  if (level === 'admin') return entries;
  if (level === 'read') return null;
  const names = new Set(own.map(principalKey));
  return entries.filter(({ principal }) => names.has(principalKey(principal)));
}

/** Who else works on it: their ids; with `write` also what they may do. */
export function peersShown(
  level: Level,
  peers: readonly { readonly principal: AclPrincipal; readonly level: Level }[],
): readonly { readonly principal: AclPrincipal; readonly level?: Level }[] {
  return includesLevel(level, 'write') ? peers : peers.map(({ principal }) => ({ principal }));
}

/** Whether a rule lets a part of what is around be shown at all; how much of it is up to the level. */
export function isPartShown(rule: ContextRule, part: ContextPart): boolean {
  if (typeof rule === 'string') return rule === 'auto';
  return 'parts' in rule && rule.parts.includes(part);
}

/** The entries of a state that a rule names, of those that are there; `null` where it names none. */
export function injectedState<Value>(
  rule: ContextRule,
  state: { readonly [name: string]: Value },
): { readonly [name: string]: Value } | null {
  if (typeof rule === 'string' || !('inject' in rule)) return null;
  const named = new Set(rule.inject);
  return Object.fromEntries(Object.entries(state).filter(([name]) => named.has(name)));
}
