import type { Effect } from '../policy.ts';

/** The result of one rule that applied to the call. `error`: its stable code, or null. */
export interface RuleResult {
  readonly policy: string;
  readonly rule: string;
  readonly fired: boolean;
  readonly error: string | null;
}

/** The result of a rule in shadow: what it would have wanted. */
export interface ShadowResult extends RuleResult {
  readonly effect: Effect;
}

/** Why a rule could not be evaluated; quotes the policy's text, never a value. */
export interface RuleError {
  readonly policy: string;
  readonly rule: string;
  readonly code: string;
  readonly message: string;
}

/** Stable codes; `evaluating/combine.ts` says when each is given. */
export type ReasonCode =
  | 'policy_allowed'
  | 'policy_denied'
  | 'approval_required'
  | 'policy_error'
  | 'approvers_conflict'
  | 'too_many_obligations'
  | 'no_rule_allows'
  | 'floor_does_not_allow'
  | 'no_policy';

/** One reason for the verdict. It holds no personal data: it is stored in the clear. */
export interface Reason {
  readonly layer: 'policy';
  readonly code: ReasonCode;
  readonly message: string;
  readonly policy?: string;
  readonly rule?: string;
}

/** People who must agree: `quorum` distinct ones of those that `approvers` names. */
export interface ApprovalDemand {
  readonly approvers: readonly string[];
  readonly quorum: number;
}

/** What the fired rules together oblige to; empty for a deny. Every list is sorted. */
export interface Obligations {
  /** Never weaker than any rule: named by every rule that asks for approval. */
  readonly approvers?: readonly string[];
  /** The largest quorum asked for. */
  readonly quorum?: number;
  /** The shortest time asked for, in milliseconds. */
  readonly ttl_ms?: number;
  /** The distinct demands behind `approvers` and `quorum`. */
  readonly approvals?: readonly ApprovalDemand[];
  readonly redact?: readonly string[];
  /** Sandbox profiles, all of which must hold. */
  readonly sandbox?: readonly string[];
  readonly dry_run?: true;
}

/** The answer of a policy set to one call. */
export interface Evaluation {
  readonly verdict: Effect;
  /** Every enforced rule that applied, in the order of policies and files. */
  readonly rules: readonly RuleResult[];
  /** Every reason for the verdict: refusals and demands, or, for an allow, what allowed it. */
  readonly reasons: readonly Reason[];
  readonly obligations: Obligations;
  /** Every shadow rule that applied. */
  readonly shadow: readonly ShadowResult[];
  readonly errors: readonly RuleError[];
  /** 0-1000, see `risk.ts`. */
  readonly risk_score: number;
  /** Digest of the policy set. */
  readonly policy_set: string;
}
