import type { Action, ApprovalLevel, FactGroup, Sensitivity } from './schema.ts';

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * What is known about one call when it is judged (schema call/1). Integers are safe integers, money is in
 * micro-units, scores are 0-1000. A fact that is absent or null makes every rule that reads it fail.
 */
export interface Facts {
  /** The arguments as the agent sent them. */
  readonly args: { readonly [name: string]: Json };
  readonly tool: {
    readonly name: string;
    readonly action: Action;
    readonly sensitivity: Sensitivity;
    readonly destructive: boolean;
    readonly requires_approval: boolean;
    readonly environment: string;
    readonly cost_micros: number;
  };
  readonly agent: { readonly id: string; readonly owner: string; readonly project: string };
  readonly user: {
    readonly id: string;
    readonly roles: readonly string[];
    readonly approval_level: ApprovalLevel;
    readonly trust_score: number;
  };
  readonly scope: { readonly organization: string; readonly workspace: string; readonly project: string };
  readonly call: {
    readonly reason: string;
    readonly session_id?: string | null | undefined;
    readonly intent_id?: string | null | undefined;
    /** Between 0 and 1. */
    readonly confidence?: number | null | undefined;
  };
  readonly ctx: {
    readonly first_use: boolean;
    readonly common_tool: boolean;
    readonly repeated_pattern: boolean;
    /** Intents of this user and tool in the last minute. */
    readonly frequency: number;
    readonly daily_calls: number;
  };
}

/** Facts as a policy test gives them: whatever is left out is missing for the rules too. */
export type PartialFacts = { readonly args?: Facts['args'] } & {
  readonly [Group in FactGroup]?: Partial<Facts[Group]>;
};
