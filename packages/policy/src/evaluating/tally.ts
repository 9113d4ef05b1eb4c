import type { RuleObligations } from '../policy.ts';
import type { Reason, RuleError, RuleResult, ShadowResult } from './evaluation.ts';

/** What one evaluation has found so far. */
export interface Tally {
  readonly rules: RuleResult[];
  readonly shadow: ShadowResult[];
  readonly errors: RuleError[];
  /** Reasons of fired deny rules and of errors that deny. */
  readonly refusals: Reason[];
  /** Reasons of fired require_approval rules. */
  readonly demands: Reason[];
  /** Reasons of fired allow rules. */
  readonly grants: Reason[];
  /** Obligations of fired require_approval rules. */
  readonly approvals: RuleObligations[];
  /** Obligations of fired rules that let the call pass, approval or not. */
  readonly obligations: RuleObligations[];
  /** An enforced policy is in force for the call. */
  inForce: boolean;
  /** Level of the widest scope in which a rule lets the call pass. */
  widestGrant: number;
  /** Level of the widest scope with a floor. */
  widestFloor: number;
}

/** The state before the first rule. */
export function emptyTally(): Tally {
  return {
    rules: [],
    shadow: [],
    errors: [],
    refusals: [],
    demands: [],
    grants: [],
    approvals: [],
    obligations: [],
    inForce: false,
    widestGrant: Number.POSITIVE_INFINITY,
    widestFloor: Number.POSITIVE_INFINITY,
  };
}
