import type { Action, Sensitivity } from './expressions/schema.ts';

/** What a rule that fires wants. `deny` beats `require_approval`, which beats `allow`. */
export type Effect = 'allow' | 'deny' | 'require_approval';
/** All of them, as a rule may write them. */
export const EFFECTS: readonly Effect[] = ['allow', 'deny', 'require_approval'];

/** `shadow`: evaluated and recorded, never part of the verdict. */
export type Mode = 'enforce' | 'shadow';
/** All of them, as a rule may write them. */
export const MODES: readonly Mode[] = ['enforce', 'shadow'];

/** Static selectors of a rule: no CEL, indexed. Selectors are joined by "and", the entries of one by "or". */
export interface Match {
  /** Tool names, with `*` for any run of characters. */
  readonly tools?: readonly string[];
  readonly actions?: readonly Action[];
  readonly sensitivities?: readonly Sensitivity[];
  readonly environments?: readonly string[];
}

/** What comes with an effect. `approvers`, `quorum` and `ttl_ms` belong to require_approval only. */
export interface RuleObligations {
  /** Who may approve: `role:<id>`, `user:<id>`, `group:<id>`; sorted, at least one. */
  readonly approvers?: readonly string[];
  /** Distinct people who must approve, at least 1. */
  readonly quorum?: number;
  /** Time for an answer in milliseconds; no answer is a no. */
  readonly ttl_ms?: number;
  /** Paths into the arguments, such as `args.password`, that the caller must not show; sorted. */
  readonly redact?: readonly string[];
  /** Name of the sandbox profile under which the call must run. */
  readonly sandbox?: string;
  /** The call must change nothing. */
  readonly dry_run?: true;
}

/** One rule: it applies when `match` selects the call and fires when `condition` is true. */
export interface Rule {
  readonly id: string;
  readonly description?: string;
  readonly mode: Mode;
  readonly match?: Match;
  /** CEL of type bool; absent only where `match` says everything. */
  readonly condition?: string;
  readonly effect: Effect;
  /** CEL of type string over facts that may stand in the clear; absent: the rule id is the message. */
  readonly reason?: string;
  readonly obligations?: RuleObligations;
}

/** A named CEL expression, read as `vars.<name>`, evaluated at most once per call. */
export interface Variable {
  readonly name: string;
  readonly expression: string;
}

/** Where a policy holds: every key given must equal the call's. `{}` is the whole installation. */
export interface PolicyScope {
  readonly organization?: string | undefined;
  readonly workspace?: string | undefined;
  readonly project?: string | undefined;
}

/** A parsed policy: plain JSON, so that its digest does not depend on layout or comments. */
export interface Policy {
  readonly policy: string;
  readonly schema: 'call/1';
  readonly description?: string;
  /** The scope it is written for: the default of an activation. */
  readonly scope?: PolicyScope;
  readonly variables: readonly Variable[];
  readonly rules: readonly Rule[];
}
