import type { JsonValue, OrErased } from '../json/json-value.ts';

/** What an execution used. Money in micro-units, ratios between 0 and 1. */
export interface Usage {
  readonly cost_micros?: number | undefined;
  readonly input_tokens?: number | undefined;
  readonly output_tokens?: number | undefined;
  readonly context_tokens?: number | undefined;
  readonly context_limit?: number | undefined;
  readonly retrieval_precision?: number | undefined;
  readonly context_hits?: number | undefined;
  readonly context_lookups?: number | undefined;
  readonly task_completed?: boolean | undefined;
  /** What else was used of what the plan counts; counted whether it fits or not. */
  readonly counters?:
    | {
        readonly [key in 'evaluations_run' | 'traces_ingested' | 'credits_consumed' | 'events_ingested']?:
          | number
          | undefined;
      }
    | undefined;
}

/** What became of an execution, as it is reported. */
export interface OutcomeRequest {
  /** The token. */
  readonly permit: string;
  readonly success: boolean;
  /** Recorded sealed. */
  readonly result?: JsonValue | undefined;
  readonly error?: string | undefined;
  /** How long the tool took, in milliseconds. */
  readonly latency_ms?: number | undefined;
  /** false: the tool did not run, and its quota is given back. Default true. */
  readonly executed?: boolean | undefined;
  readonly usage?: Usage | undefined;
}

/** An outcome as it is recorded. */
export interface Outcome {
  readonly success: boolean;
  readonly executed: boolean;
  readonly result?: OrErased<JsonValue> | undefined;
  readonly error?: OrErased<string> | undefined;
  /** As reported, in milliseconds. */
  readonly latency_ms: number | null;
  readonly usage: Usage | null;
  /** Reported after the call had been abandoned. */
  readonly late: boolean;
  /** Not covered by a redeemed permit. */
  readonly unauthorized: boolean;
  readonly reported_at: string;
}
