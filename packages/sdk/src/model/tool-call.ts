import type { JsonObject, OrErased } from '../json/json-value.ts';
import type { Outcome } from './outcome.ts';
import type { ApprovalPointer, CallStatus, Obligations, Reason, Verdict } from './verdict.ts';

/** An announcement as it is sent. */
export interface ToolCallRequest {
  readonly agent_id: string;
  readonly tool_name: string;
  readonly arguments: JsonObject;
  readonly reason: string;
  readonly user_id?: string | undefined;
  readonly reasoning?: string | undefined;
  readonly confidence?: number | undefined;
  readonly session_id?: string | undefined;
  readonly intent_id?: string | undefined;
  readonly cost_micros?: number | undefined;
  readonly environment?: string | undefined;
  /** The caller executes itself, now. */
  readonly redeem?: boolean | undefined;
  /** How long the server may hold the answer back while a human is asked, at most 30000. */
  readonly wait_ms?: number | undefined;
}

/** A permit as a call shows it; the token only to the agent and to who announced. */
export interface Permit {
  readonly token?: string | undefined;
  readonly expires_at: string;
  readonly redeemed: boolean;
}

interface Decided {
  readonly id: string;
  readonly arguments_digest: string;
  /** With it `argumentsDigest` computes `arguments_digest`. */
  readonly arguments_salt?: string | undefined;
  readonly obligations: Obligations;
  readonly reasons: readonly Reason[];
  readonly policy: string | null;
  readonly risk_score: number | null;
  readonly position: string;
  /** An earlier request with this idempotency key is answered again. */
  readonly replayed: boolean;
}

/** Answer 200 to an announcement: allowed, now or before. */
export interface ToolCallAllowed extends Decided {
  readonly status: CallStatus;
  readonly verdict: 'allow';
  readonly permit: Permit | null;
}

/** Answer 202 to an announcement: a human is asked. */
export interface ToolCallAwaiting extends Decided {
  readonly status: 'awaiting_approval';
  readonly verdict: 'require_approval';
  readonly approval: ApprovalPointer;
}

/** A call as it stands. */
export interface ToolCall {
  readonly id: string;
  readonly status: CallStatus;
  /** null while evaluating. */
  readonly verdict: Verdict | null;
  readonly agent_id: string;
  readonly user_id: string;
  readonly tool_name: string;
  readonly arguments?: OrErased<JsonObject> | undefined;
  readonly arguments_digest: string;
  readonly reasons: readonly Reason[];
  readonly approval?: ApprovalPointer | undefined;
  readonly permit?: Permit | undefined;
  readonly outcome?: Outcome | undefined;
  readonly created_at: string;
  readonly updated_at: string;
  readonly position: string;
}
