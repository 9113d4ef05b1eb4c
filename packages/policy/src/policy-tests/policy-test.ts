import type { Position } from '@countersign/strict-yaml';
import type { PartialFacts } from '../expressions/facts.ts';
import type { Effect } from '../policy.ts';

/** What a test expects. Lists name rules of the policy; every rule listed must be there, others may. */
export interface Expectation {
  readonly outcome: Effect;
  /** Enforced rules that must fire. */
  readonly rules?: readonly string[];
  /** Rules that must not fire, neither enforced nor in shadow. */
  readonly not_rules?: readonly string[];
  /** Shadow rules that must fire. */
  readonly shadow?: readonly string[];
  /** Rules that must fail. */
  readonly errors?: readonly string[];
  /** Exactly the approvers of the answer. */
  readonly approvers?: readonly string[];
  /** Exactly the quorum of the answer. */
  readonly quorum?: number;
}

/** One test of a policy: the facts of a call, complete or not, and the expected answer. */
export interface PolicyTest {
  readonly name: string;
  readonly position: Position;
  readonly facts: PartialFacts;
  readonly expect: Expectation;
}
