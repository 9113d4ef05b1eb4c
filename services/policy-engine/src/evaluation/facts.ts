import type { Flag } from '@countersign/access';

/**
 * The facts of one evaluation as they are stored: schema `call/1` without arguments and free text, and the checks. What
 * is `null` is not registered, not declared, or could not be computed.
 */
export interface FrozenFacts {
  readonly schema: 'call/1';
  readonly tool: {
    readonly name: string;
    readonly action: 'read' | 'create' | 'modify' | 'delete' | 'execute' | 'admin';
    readonly sensitivity: 'low' | 'medium' | 'high' | 'critical';
    readonly destructive: boolean;
    readonly requires_approval: boolean;
    readonly environment: string | null;
    readonly cost_micros: number | null;
  } | null;
  readonly agent: { readonly id: string; readonly owner: string; readonly project: string } | null;
  readonly user: {
    readonly id: string;
    readonly roles: readonly string[];
    readonly approval_level: 'always' | 'production_only' | 'never';
    readonly trust_score: number;
  } | null;
  readonly scope: { readonly organization: string; readonly workspace: string; readonly project: string };
  readonly call: {
    readonly session_id: string | null;
    readonly intent_id: string | null;
    readonly confidence: number | null;
  };
  readonly ctx: {
    readonly first_use: boolean;
    readonly common_tool: boolean;
    readonly repeated_pattern: boolean;
    readonly frequency: number;
    readonly daily_calls: number;
  };
  readonly checks: {
    readonly kill_switches: readonly string[];
    readonly agent_enabled: boolean;
    readonly user_delegated: boolean;
    readonly arguments_valid: boolean;
    readonly missing_permissions: readonly string[];
    /** What of the tool's required flags the plan lacks; absent where the tool requires none. */
    readonly missing_flags?: readonly Flag[];
    /** What the agent holds on the work intent that the call names; absent where it names none that there is. */
    readonly access?: { readonly intent_id: string; readonly level: 'read' | 'write' | 'admin' | null };
  };
  /** At release only: who granted the call, with what counted of them then, where the call is. */
  readonly approved_by?: readonly ApprovedBy[];
}

/** A person who granted the call, with what counted of them then. */
export interface ApprovedBy {
  readonly id: string;
  readonly roles: readonly string[];
  readonly may_approve: boolean;
  /** Absent in what was frozen before there were groups. */
  readonly groups?: readonly string[];
}
