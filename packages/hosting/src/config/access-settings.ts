import { readFileSync } from 'node:fs';
import {
  type AccessControls,
  type ControlsGiven,
  controlsHash,
  type Plan,
  type PlanProblem,
  type RoleCatalog,
  readControls,
} from '@countersign/access';
import type { JsonObject } from '@countersign/event-sourcing';
import { parseStrictJson } from '@countersign/http';
import type { Logger } from '@countersign/telemetry';
import { type ConfigError, documentErrors, type Environment } from './read-settings.ts';

/** Where something configured comes from: nowhere, our settings, or their names of another product. */
export type SettingsSource = 'defaults' | 'env' | 'aliases';

/** The access controls of a start. */
export interface AccessSettings {
  /** Plans as they were written, by slug; a patched one in normal form. Without the built-in plan. */
  readonly plans: ReadonlyMap<string, JsonObject>;
  /** What an organization is on that names none: one of them, or the built-in plan. */
  readonly defaultPlan: string;
  readonly plansSource: SettingsSource;
  readonly roles: RoleCatalog;
  readonly rolesSource: SettingsSource;
  /** Of all of it together: our settings before their other names. */
  readonly source: SettingsSource;
  /** Of everything that is enforced: the same in every process with the same settings. */
  readonly hash: string;
  /** Settings that another one has overruled, in words. */
  readonly warnings: readonly string[];
}

/** Settings, or everything that is wrong with them. */
export type ReadAccessSettings =
  | { readonly ok: true; readonly settings: AccessSettings }
  | { readonly ok: false; readonly errors: readonly ConfigError[] };

/** Our name of each setting, and the names that are taken in its place. */
const NAMES: Readonly<Record<keyof ControlsGiven, readonly [string, ...string[]]>> = {
  plans: ['COUNTERSIGN_ACCESS_PLANS', 'AGENTA_ACCESS_PLANS'],
  roles: ['COUNTERSIGN_ACCESS_ROLES', 'AGENTA_ACCESS_ROLES'],
  rolesOverlay: ['COUNTERSIGN_ACCESS_ROLES_OVERLAY', 'AGENTA_ACCESS_ROLES_OVERLAY'],
  defaultPlan: ['COUNTERSIGN_ACCESS_DEFAULT_PLAN', 'AGENTA_ACCESS_DEFAULT_PLAN', 'AGENTA_DEFAULT_PLAN'],
  defaultPlanOverlay: ['COUNTERSIGN_ACCESS_DEFAULT_PLAN_OVERLAY', 'AGENTA_ACCESS_DEFAULT_PLAN_OVERLAY'],
};

const PLAN_SETTINGS = ['plans', 'defaultPlan', 'defaultPlanOverlay'] as const;
const ROLE_SETTINGS = ['roles', 'rolesOverlay'] as const;

/** What stands before the path of a file that holds the JSON: a setting itself is bounded by the operating system. */
const FILE_MARK = '@';

interface Given {
  readonly name: string;
  readonly text: string;
}

/**
 * Reads plans, roles and their overlays; everything that is wrong in any of them comes at once.
 * @param judge what is wrong with a plan beyond the grammar
 */
export function readAccessSettings(
  environment: Environment,
  judge: (plan: Plan) => readonly PlanProblem[],
): ReadAccessSettings {
  const given = new Map<keyof ControlsGiven, Given>();
  const warnings: string[] = [];
  for (const [setting, names] of Object.entries(NAMES) as [keyof ControlsGiven, readonly string[]][]) {
    const [used, ...overruled] = names.filter((name) => environment[name]?.trim());
    if (used !== undefined) given.set(setting, { name: used, text: environment[used]?.trim() ?? '' });
    for (const name of overruled) warnings.push(`${name} is not used: ${used} is given as well`);
  }

  const errors: ConfigError[] = [];
  const values: { -readonly [setting in keyof ControlsGiven]: ControlsGiven[setting] } = {};
  for (const [setting, one] of given) {
    if (setting === 'defaultPlan') values.defaultPlan = one.text;
    else {
      const read = readJson(one);
      if (read.ok) values[setting] = read.value;
      else errors.push(...read.errors);
    }
  }
  const nameOf = (setting: keyof ControlsGiven) => given.get(setting)?.name ?? NAMES[setting][0];
  const read = readControls(values);
  if (!read.ok) {
    for (const { given: setting, pointer, problem, remedy } of read.problems)
      errors.push(...documentErrors(nameOf(setting), [{ pointer, detail: `${problem}; ${remedy}` }]));
  } else {
    const patched = given.has('defaultPlanOverlay') ? read.controls.defaultPlan : undefined;
    for (const [slug, plan] of read.controls.plans) {
      const place = slug === patched ? '' : `/${slug}`;
      const problems = judge(plan).map((one) => ({
        pointer: place + one.pointer,
        detail: `${one.problem}; ${one.remedy}`,
      }));
      errors.push(...documentErrors(nameOf(slug === patched ? 'defaultPlanOverlay' : 'plans'), problems));
    }
  }
  if (!read.ok || errors.length > 0) return { ok: false, errors };

  const { controls } = read;
  const sourceOf = (settings: readonly (keyof ControlsGiven)[]): SettingsSource => {
    const names = settings.flatMap((setting) => given.get(setting)?.name ?? []);
    if (names.length === 0) return 'defaults';
    return names.some((name) => name.startsWith('COUNTERSIGN_')) ? 'env' : 'aliases';
  };
  return {
    ok: true,
    settings: {
      plans: writtenPlans(values, controls),
      defaultPlan: controls.defaultPlan,
      plansSource: sourceOf(PLAN_SETTINGS),
      roles: controls.roles,
      rolesSource: sourceOf(ROLE_SETTINGS),
      source: sourceOf([...PLAN_SETTINGS, ...ROLE_SETTINGS]),
      hash: controlsHash(controls),
      warnings,
    },
  };
}

function writtenPlans(
  { plans, defaultPlanOverlay }: ControlsGiven,
  controls: AccessControls,
): ReadonlyMap<string, JsonObject> {
  const written = new Map(Object.entries((plans ?? {}) as Record<string, JsonObject>));
  const { defaultPlan } = controls;
  if (defaultPlanOverlay !== undefined)
    written.set(defaultPlan, controls.plans.get(defaultPlan) as unknown as JsonObject);
  return written;
}

function readJson({
  name,
  text,
}: Given):
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly errors: readonly ConfigError[] } {
  const bytes = text.startsWith(FILE_MARK) ? fileBytes(text.slice(FILE_MARK.length)) : Buffer.from(text);
  if (typeof bytes === 'string') return { ok: false, errors: [{ name, detail: bytes }] };
  const json = parseStrictJson(bytes);
  if (json.ok) return json;
  const faults = json.errors.length > 0 ? json.errors : [{ pointer: '', detail: 'is not valid JSON' }];
  return { ok: false, errors: documentErrors(name, faults) };
}

/** The file's bytes, or why it can not be read. */
function fileBytes(path: string): Uint8Array | string {
  try {
    return readFileSync(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return `names a file that can not be read: ${why}`;
  }
}

/** Tells an operator which controls a process has read: two that log the same hash enforce the same. */
export function logAccessSettings({ source, hash, warnings }: AccessSettings, logger: Logger): void {
  for (const warning of warnings) logger.warn(`[access-controls] ${warning}`);
  logger.info({ source, hash }, `[access-controls] source ${source}, hash ${hash}`);
}
