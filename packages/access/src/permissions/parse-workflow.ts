import {
  inFileOrder,
  kindOf,
  type Located,
  type Position,
  type Problem,
  type Reading,
  readBoolean,
  readEntries,
  readFields,
  readId,
  readItems,
  readText,
  readYaml,
  report,
  startReading,
} from '@countersign/strict-yaml';
import { parseAccessReview, parseAgents } from './parse-governance.ts';
import { LEGACY_KEYS, parseLegacy } from './parse-legacy.ts';
import { parsePermissions } from './parse-permissions.ts';
import type { AccessReview, AgentDefaults, Permissions, Phase, Workflow } from './permissions.ts';

/** Something that is read, and does not do what the file may lead to expect. */
export interface Warning extends Position {
  readonly code: 'deprecated' | 'not_applied';
  /** JSON pointer. */
  readonly path: string;
  readonly message: string;
}

/** A workflow, or everything that is wrong with the file. Warnings come with either. */
export type ParsedWorkflow = { readonly warnings: readonly Warning[] } & (
  | { readonly ok: true; readonly workflow: Workflow }
  | { readonly ok: false; readonly errors: readonly Problem[] }
);

const MAX_PHASES = 500;
const MAX_DEPENDENCIES = 100;
/** What a workflow says beside access; read by whoever runs it. */
const OTHER_KEYS = ['openintent', 'llm', 'identity', 'verification', 'types', 'mcp', 'channels'] as const;
const KEYS = ['info', 'agents', 'governance', 'workflow', ...OTHER_KEYS] as const;
const PHASE_KEYS = [
  ...['title', 'description', 'depends_on', 'permissions'],
  ...LEGACY_KEYS,
  ...['constraints', 'initial_state', 'inputs', 'outputs', 'skip_when'],
  ...['retry', 'leasing', 'cost_tracking', 'attachments'],
] as const;
type PhaseKey =
  | 'assign'
  | 'title'
  | 'description'
  | 'depends_on'
  | 'permissions'
  | (typeof LEGACY_KEYS)[number];
/** Governance that is no access control: whoever counts on it must know that it is not applied. */
const OTHER_GOVERNANCE = ['require_approval', 'max_cost_usd', 'timeout_hours', 'escalation'] as const;

/** Reads a workflow file: all of it strictly, what concerns access into a value, every error at once. */
export function parseWorkflow(text: string): ParsedWorkflow {
  const yaml = readYaml(text);
  if (!yaml.ok) return { ok: false, errors: inFileOrder(yaml.problems), warnings: [] };
  const { reading, root } = startReading(yaml.source);
  const warnings: Warning[] = [];
  const warn = (at: Located, code: Warning['code'], message: string) =>
    warnings.push({ ...reading.source.positionAt(at.offset), code, path: at.path, message });
  const workflow = readWorkflow(reading, root, warn);
  if (workflow === undefined || reading.problems.length > 0)
    return { ok: false, errors: inFileOrder(reading.problems), warnings };
  return { ok: true, workflow, warnings };
}

type Warn = (at: Located, code: Warning['code'], message: string) => void;

function readWorkflow(reading: Reading, root: Located, warn: Warn): Workflow | undefined {
  const fields = readFields(reading, root, [], KEYS);
  if (fields === undefined) return undefined;
  if (!fields.workflow && !fields.governance && !fields.agents)
    return report(
      reading,
      root,
      'missing_key',
      'says nothing of access',
      'add workflow, governance or agents',
    );
  const agents = fields.agents ? parseAgents(reading, fields.agents) : new Map<string, AgentDefaults>();
  const review = fields.governance ? readGovernance(reading, fields.governance, warn) : null;
  const phases = fields.workflow ? readPhases(reading, fields.workflow, warn) : [];
  return { name: fields.info ? readName(reading, fields.info) : null, phases, agents, review };
}

function readName(reading: Reading, at: Located): string | null {
  const fields = readFields(reading, at, ['name'], ['version', 'description']);
  return (fields?.name && readText(reading, fields.name, 'write the name of the workflow')) ?? null;
}

function readGovernance(reading: Reading, at: Located, warn: Warn): AccessReview | null {
  const fields = readFields(reading, at, [], ['access_review', 'audit_access_events', ...OTHER_GOVERNANCE]);
  if (fields === undefined) return null;
  if (Object.keys(fields).length === 0)
    report(reading, at, 'missing_key', 'says nothing', 'add access_review, or remove governance');
  for (const key of OTHER_GOVERNANCE) {
    const field = fields[key];
    if (field) warn(field, 'not_applied', `${key} is not access control and is not applied; write a policy`);
  }
  const audit = fields.audit_access_events && readBoolean(reading, fields.audit_access_events);
  if (fields.audit_access_events && audit === false)
    warn(fields.audit_access_events, 'not_applied', 'what concerns access is always recorded');
  return (fields.access_review && parseAccessReview(reading, fields.access_review)) ?? null;
}

function readPhases(reading: Reading, at: Located, warn: Warn): readonly Phase[] {
  const entries = readEntries(reading, at);
  if (entries === undefined) return [];
  if (entries.size === 0) report(reading, at, 'missing_key', 'there are no phases', 'add a phase');
  if (entries.size > MAX_PHASES)
    report(reading, at, 'too_many', `${entries.size} phases, at most ${MAX_PHASES}`, 'split the file');
  const phases: Phase[] = [];
  for (const [name, { key, value }] of entries) {
    readId(reading, key);
    const phase = readPhase(reading, name, value, new Set(entries.keys()), warn);
    if (phase) phases.push(phase);
  }
  for (const name of phasesInCycles(phases)) {
    const key = entries.get(name)?.key ?? at;
    report(reading, key, 'cycle', `${name} waits for itself`, 'take one of the dependencies away');
  }
  return phases;
}

/** Phases that depend on themselves, if only through others. */
function phasesInCycles(phases: readonly Phase[]): readonly string[] {
  const waiting = new Map(phases.map(({ name, dependsOn }) => [name, dependsOn]));
  for (let before = -1; before !== waiting.size; ) {
    before = waiting.size;
    for (const [name, needs] of waiting) if (!needs.some((need) => waiting.has(need))) waiting.delete(name);
  }
  return [...waiting.keys()].filter((name) => reaches(waiting, name, name));
}

function reaches(graph: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let name = open.pop(); name !== undefined; name = open.pop())
    for (const next of graph.get(name) ?? []) {
      if (next === to) return true;
      if (!seen.has(next)) open.push(next);
      seen.add(next);
    }
  return false;
}

function readPhase(
  reading: Reading,
  name: string,
  at: Located,
  names: ReadonlySet<string>,
  warn: Warn,
): Phase | undefined {
  const fields: { readonly [Key in PhaseKey]?: Located } | undefined = readFields(
    reading,
    at,
    ['assign'],
    PHASE_KEYS,
  );
  if (fields === undefined) return undefined;
  const assign = fields.assign && readId(reading, fields.assign);
  const title = fields.title && readText(reading, fields.title, 'write a title');
  const description = fields.description && readText(reading, fields.description, 'write a text');
  const dependsOn = fields.depends_on ? readDependencies(reading, fields.depends_on, names) : [];
  const permissions = readPermissions(reading, fields, warn);
  if (assign === undefined) return undefined;
  const spoken = { title: title ?? name, description: description ?? null };
  return { name, ...spoken, assign, dependsOn, permissions };
}

function readDependencies(reading: Reading, at: Located, names: ReadonlySet<string>): readonly string[] {
  const found: string[] = [];
  for (const item of readItems(reading, at, 0, MAX_DEPENDENCIES) ?? []) {
    const name = readText(reading, item, 'write the name of a phase');
    if (name === undefined) continue;
    if (names.has(name)) found.push(name);
    else
      report(reading, item, 'unknown_phase', `there is no phase ${name}`, `one of ${[...names].join(', ')}`);
  }
  return found;
}

/** The new form or the old fields; both together leave open which of them holds, so they are refused. */
function readPermissions(
  reading: Reading,
  fields: { readonly [Key in PhaseKey]?: Located },
  warn: Warn,
): Permissions | null {
  const { permissions } = fields;
  const isGiven = permissions !== undefined && kindOf(permissions) !== 'null';
  const legacy = Object.fromEntries(
    LEGACY_KEYS.flatMap((key) => {
      const field = fields[key];
      return field && kindOf(field) !== 'null' ? [[key, field] as const] : [];
    }),
  );
  for (const [key, field] of Object.entries(legacy)) {
    warn(field, 'deprecated', `${key} is the old form; write permissions instead`);
    if (isGiven)
      report(reading, field, 'bad_combination', `${key} stands beside permissions`, `remove ${key}`);
  }
  if (isGiven) return parsePermissions(reading, permissions) ?? null;
  return Object.keys(legacy).length > 0 ? parseLegacy(reading, legacy) : null;
}
