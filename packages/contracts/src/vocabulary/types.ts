import type { z } from 'zod';
import type { Immutable } from '../immutable.ts';
import type { actsFor } from './agent.ts';
import type { approvalStates } from './approval.ts';
import type { callStatuses, usage } from './call.ts';
import type { facts } from './facts.ts';
import type { killScopes, killSwitchStates } from './kill-switch.ts';
import type { planCounters, planEntry, quota, throttle } from './plan.ts';
import type { actor, principal } from './principal.ts';
import type { meterBalance, meterModes, period, quotaLine } from './quota.ts';
import type { controlsSources, roleCatalog, roleEntry } from './role.ts';
import type { approvalLevels, roleAssignment, scope, scopePath } from './scope.ts';
import type { sensitivities, toolActions, toolDeclaration } from './tool.ts';
import type { layers, obligations, reason, verdicts } from './verdict.ts';

/** The types of the vocabulary, read-only at every depth. What each means stands at the schema that it is made of. */
type Read<Schema extends z.ZodType> = Immutable<z.output<Schema>>;

/** `principal` once it is read. */
export type Principal = Read<typeof principal>;
/** `actor` once it is read. */
export type Actor = Read<typeof actor>;
/** `scope` once it is read. */
export type Scope = Read<typeof scope>;
/** `scopePath` once it is read. */
export type ScopePath = Read<typeof scopePath>;
/** `roleEntry` once it is read. */
export type RoleEntry = Read<typeof roleEntry>;
/** `roleCatalog` once it is read. */
export type RoleCatalog = Read<typeof roleCatalog>;
/** One of `controlsSources`. */
export type ControlsSource = (typeof controlsSources)[number];
/** `roleAssignment` once it is read. */
export type RoleAssignment = Read<typeof roleAssignment>;
/** One of `approvalLevels`. */
export type ApprovalLevel = (typeof approvalLevels)[number];
/** `actsFor` once it is read. */
export type ActsFor = Read<typeof actsFor>;

/** One of `toolActions`. */
export type ToolAction = (typeof toolActions)[number];
/** One of `sensitivities`. */
export type Sensitivity = (typeof sensitivities)[number];
/** `toolDeclaration` once it is read. */
export type ToolDeclaration = Read<typeof toolDeclaration>;

/** One of `verdicts`. */
export type Verdict = (typeof verdicts)[number];
/** One of `layers`. */
export type Layer = (typeof layers)[number];
/** `reason` once it is read. */
export type Reason = Read<typeof reason>;
/** `obligations` once it is read. */
export type Obligations = Read<typeof obligations>;
/** `facts` once it is read. */
export type Facts = Read<typeof facts>;

/** One of `callStatuses`. */
export type CallStatus = (typeof callStatuses)[number];
/** `usage` once it is read. */
export type Usage = Read<typeof usage>;
/** One of `approvalStates`. */
export type ApprovalState = (typeof approvalStates)[number];
/** One of `killScopes`. */
export type KillScope = (typeof killScopes)[number];
/** One of `killSwitchStates`. */
export type KillSwitchState = (typeof killSwitchStates)[number];

/** `planEntry` once it is read. */
export type PlanEntry = Read<typeof planEntry>;
/** One of `planCounters`. */
export type PlanCounter = (typeof planCounters)[number];
/** `quota` once it is read. */
export type Quota = Read<typeof quota>;
/** `throttle` once it is read. */
export type Throttle = Read<typeof throttle>;
/** `meterBalance` once it is read. */
export type Meter = Read<typeof meterBalance>;
/** One of `meterModes`. */
export type MeterMode = (typeof meterModes)[number];
/** `quotaLine` once it is read. */
export type QuotaLine = Read<typeof quotaLine>;
/** `period` once it is read. */
export type Period = Read<typeof period>;
