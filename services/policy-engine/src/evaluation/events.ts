import type { DomainEvent } from '@countersign/event-sourcing';
import type { FrozenFacts } from './facts.ts';

/** What the layers came to together. */
export type Verdict = 'allow' | 'deny' | 'require_approval';
/** `release`: after a human has granted the call. */
export type Phase = 'request' | 'release';

/** One reason of one layer. */
export interface Reason {
  readonly layer: string;
  readonly code: string;
  readonly message: string;
  readonly policy?: string | undefined;
  readonly rule?: string | undefined;
}

interface RuleResult {
  readonly policy: string;
  readonly rule: string;
  readonly fired: boolean;
  readonly error: string | null;
}

/** What a rule in shadow would have wanted. */
interface ShadowResult extends RuleResult {
  readonly effect: Verdict;
}

/** Personal: personal_facts, the free text that policies saw. */
export type ToolEvaluated = DomainEvent<
  'tool-evaluated.v1',
  {
    readonly tool_call_id: string;
    readonly phase: Phase;
    readonly verdict: Verdict;
    readonly reasons: readonly Reason[];
    readonly rules: readonly RuleResult[];
    readonly shadow: readonly ShadowResult[];
    readonly obligations: object;
    /** 0-1000. */
    readonly risk_score: number;
    readonly policy_set: string;
    /** The frozen facts under schema `call/1`, without free text. */
    readonly facts: FrozenFacts;
    readonly arguments_digest: string;
    readonly tool_definition_hash: string | null;
  }
>;

/** Everything that the stream of a call's evaluations holds. */
export type EvaluationEvent = ToolEvaluated;
