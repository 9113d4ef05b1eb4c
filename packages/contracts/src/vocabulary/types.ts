import type { z } from 'zod';
import type { Immutable } from '../immutable.ts';
import type { actsFor } from './agent.ts';
import type { approvalStates } from './approval.ts';
import type { callStatuses, usage } from './call.ts';
import type { facts } from './facts.ts';
import type { governancePolicy } from './governance.ts';
import type { killScopes, killSwitchStates } from './kill-switch.ts';
import type { planEntry, quota, throttle } from './plan.ts';
import type { actor, principal } from './principal.ts';
import type { meterBalance, meterModes, period, quotaLine } from './quota.ts';
import type { controlsSources, roleCatalog, roleEntry } from './role.ts';
import type { approvalLevels, roleAssignment, scope, scopePath } from './scope.ts';
import type { sensitivities, toolActions, toolDeclaration } from './tool.ts';
import type { obligations, reason, verdicts } from './verdict.ts';

/** The types of the vocabulary, read-only at every depth. What each means stands at the schema that it is made of. */
type Read<Schema extends z.ZodType> = Immutable<z.output<Schema>>;

/** Somebody who can hold a key. */
export type Principal = Read<typeof principal>;
/**
 * Who did something: a principal, or `system` for what Countersign does by itself at a time-out or at its first
 * start.
 */
export type Actor = Read<typeof actor>;
/** One tenancy scope: an organization, a workspace or a project, by id. */
export type Scope = Read<typeof scope>;
/** The whole path of a call: organization, workspace and project. */
export type ScopePath = Read<typeof scopePath>;
/** A role of one scope: its slug, what it is for, what it grants. Roles are stored in the clear. */
export type RoleEntry = Read<typeof roleEntry>;
/** All roles by the scope that they are held in, the minima `owner` and `viewer` first. */
export type RoleCatalog = Read<typeof roleCatalog>;
/**
 * Where a catalog comes from: what is built in, the server's settings, their names of another product, or this
 * interface.
 */
export type ControlsSource = (typeof controlsSources)[number];
/** A role held in a scope: one that the catalog in force has there. */
export type RoleAssignment = Read<typeof roleAssignment>;
/** When a user's creating, modifying and deleting calls wait for a human. */
export type ApprovalLevel = (typeof approvalLevels)[number];
/** Whom an agent may act for: named users, or any user of its organization. */
export type ActsFor = Read<typeof actsFor>;

/** What governs one work intent, in OpenIntent's words. What is left out holds as by default. */
export type GovernancePolicy = Read<typeof governancePolicy>;

/** What a tool does to the world. */
export type ToolAction = (typeof toolActions)[number];
/** How bad it is when a tool is misused. */
export type Sensitivity = (typeof sensitivities)[number];
/** A tool's declaration, complete, as its hash covers it. Exactly one of each pair with `_from` is not null. */
export type ToolDeclaration = Read<typeof toolDeclaration>;

/** What a decision says. Combined as deny over require_approval over allow. */
export type Verdict = (typeof verdicts)[number];
/** One reason of one layer. `message` is stored in the clear, so it never holds arguments or anything personal. */
export type Reason = Read<typeof reason>;
/** What comes with a verdict. */
export type Obligations = Read<typeof obligations>;
/**
 * The frozen facts of one evaluation, so that it can be run again bit for bit: what a policy sees under
 * `call/1` without arguments (bound by their digest) and without free text (sealed), and what the layers before
 * the policies asked. What is null is not registered, not declared, or could not be computed; a rule that reads
 * it fails.
 */
export type Facts = Read<typeof facts>;

/** Where a call stands. The last four are ends without execution or without a known outcome. */
export type CallStatus = (typeof callStatuses)[number];
/** What an execution used, as reported with its outcome. */
export type Usage = Read<typeof usage>;
/** How an approval can stand. */
export type ApprovalState = (typeof approvalStates)[number];
/** What a kill switch can stop. `all` is the whole installation. */
export type KillScope = (typeof killScopes)[number];
/** How far a kill switch is. `effective` is reached when no gateway works without knowing of it. */
export type KillSwitchState = (typeof killSwitchStates)[number];

/** A plan, in the grammar of the access-plans variable. It must say something. */
export type PlanEntry = Read<typeof planEntry>;
/** How much of one thing a plan allows. `limit` null or absent is no limit; `strict` absent is false. */
export type Quota = Read<typeof quota>;
/** A rate limit: `capacity` at once, `rate` per minute in the long run. */
export type Throttle = Read<typeof throttle>;
/** A meter with its limit and what stands against it. `limit` is null where there is none. */
export type Meter = Read<typeof meterBalance>;
/** `strict` refuses what would cross the limit, `soft` lets one crossing through, `observe` only counts. */
export type MeterMode = (typeof meterModes)[number];
/** One amount in one counter, which key, rule, scope and period_start identify together. */
export type QuotaLine = Read<typeof quotaLine>;
/** The bounds of a metering period, [start, end); `end` is null where the meter never starts again. */
export type Period = Read<typeof period>;
