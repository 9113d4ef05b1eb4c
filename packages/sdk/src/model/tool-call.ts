import type { JsonObject, OrErased } from '../json/json-value.ts';
import type { Outcome } from './outcome.ts';
import type { ApprovalPointer, CallStatus, Obligations, Reason, Verdict } from './verdict.ts';

/** An announcement as it is sent. */
export interface ToolCallRequest {
  readonly agent_id: string;
  /** Name of a declared tool. */
  readonly tool_name: string;
  readonly arguments: JsonObject;
  /** Why, for the humans who approve and audit. */
  readonly reason: string;
  /** The user acted for; default the agent's owner. */
  readonly user_id?: string | undefined;
  readonly reasoning?: string | undefined;
  /** 0 to 1; recorded to three decimal places. */
  readonly confidence?: number | undefined;
  readonly session_id?: string | undefined;
  /** The unit of work that several calls may share. */
  readonly intent_id?: string | undefined;
  /** Micro-units. Can only make the decision stricter than what the tool declares. */
  readonly cost_micros?: number | undefined;
  /** Can only make the decision stricter than what the tool declares. */
  readonly environment?: string | undefined;
  /** The caller executes itself, now. */
  readonly redeem?: boolean | undefined;
  /** How long the server may hold the answer back while a human is asked, at most 30000. */
  readonly wait_ms?: number | undefined;
}

/** A permit as a call shows it; the token only to the agent and to who announced. */
export interface Permit {
  readonly token?: string | undefined;
  /** RFC 3339 UTC; redeem it before. */
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
  /** Digest of the policies that decided; null before any did. */
  readonly policy: string | null;
  /** 0 to 1000. */
  readonly risk_score: number | null;
  /** Up to where in the ledger the call is told: opaque, comparable by length, then text. */
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
  /** Only for callers who may read them. */
  readonly arguments?: OrErased<JsonObject> | undefined;
  readonly arguments_digest: string;
  readonly reasons: readonly Reason[];
  readonly approval?: ApprovalPointer | undefined;
  readonly permit?: Permit | undefined;
  readonly outcome?: Outcome | undefined;
  readonly created_at: string;
  readonly updated_at: string;
  /** Up to where in the ledger the call is told: opaque, comparable by length, then text. */
  readonly position: string;
}
