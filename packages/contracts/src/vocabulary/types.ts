import type { z } from 'zod';
import type { Immutable } from '../immutable.ts';
import type { actsFor } from './agent.ts';
import type { approvalStates } from './approval.ts';
import type { callStatuses, usage } from './call.ts';
import type { facts } from './facts.ts';
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

export type Principal = Read<typeof principal>;
export type Actor = Read<typeof actor>;
export type Scope = Read<typeof scope>;
export type ScopePath = Read<typeof scopePath>;
export type RoleEntry = Read<typeof roleEntry>;
export type RoleCatalog = Read<typeof roleCatalog>;
export type ControlsSource = (typeof controlsSources)[number];
export type RoleAssignment = Read<typeof roleAssignment>;
export type ApprovalLevel = (typeof approvalLevels)[number];
export type ActsFor = Read<typeof actsFor>;

export type ToolAction = (typeof toolActions)[number];
export type Sensitivity = (typeof sensitivities)[number];
export type ToolDeclaration = Read<typeof toolDeclaration>;

export type Verdict = (typeof verdicts)[number];
export type Reason = Read<typeof reason>;
export type Obligations = Read<typeof obligations>;
export type Facts = Read<typeof facts>;

export type CallStatus = (typeof callStatuses)[number];
export type Usage = Read<typeof usage>;
export type ApprovalState = (typeof approvalStates)[number];
export type KillScope = (typeof killScopes)[number];
export type KillSwitchState = (typeof killSwitchStates)[number];

export type PlanEntry = Read<typeof planEntry>;
export type Quota = Read<typeof quota>;
export type Throttle = Read<typeof throttle>;
export type Meter = Read<typeof meterBalance>;
export type MeterMode = (typeof meterModes)[number];
export type QuotaLine = Read<typeof quotaLine>;
export type Period = Read<typeof period>;
