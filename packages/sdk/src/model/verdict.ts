/** Where a call stands. */
export type CallStatus =
  | 'evaluating'
  | 'awaiting_approval'
  | 'authorized'
  | 'redeemed'
  | 'succeeded'
  | 'failed'
  | 'denied'
  | 'blocked'
  | 'lapsed'
  | 'abandoned';

/** What was decided: allowed, refused, or a human is to be asked. */
export type Verdict = 'allow' | 'deny' | 'require_approval';

/** One reason of one layer; every layer gives its own. */
export interface Reason {
  readonly layer: string;
  readonly code: string;
  /** For people; it never holds arguments. */
  readonly message: string;
  /** The policy and rule that fired, where one did. */
  readonly policy?: string | undefined;
  readonly rule?: string | undefined;
}

/** What comes with a verdict. The first three bind who executes, the rest says whom a human question goes to. */
export interface Obligations {
  /** Arguments that must not show up in logs and results. */
  readonly redact?: readonly string[] | undefined;
  /** Names of the sandbox profiles to execute in; all must hold. */
  readonly sandbox?: readonly string[] | undefined;
  /** Nothing may be changed: only pretend to execute. */
  readonly dry_run?: boolean | undefined;
  /** With `quorum`: what satisfies every demand in `approvals`. */
  readonly approvers?: readonly string[] | undefined;
  readonly quorum?: number | undefined;
  readonly approvals?:
    | readonly { readonly approvers: readonly string[]; readonly quorum: number }[]
    | undefined;
  /** How long a human has for an answer, in milliseconds. */
  readonly ttl_ms?: number | undefined;
}

/** `waiting`, or how it ended; `void`: what it was asked for may not happen any more, whatever a human says. */
export type ApprovalState = 'waiting' | 'granted' | 'denied' | 'expired' | 'void';

/** An approval as a call shows it. */
export interface ApprovalPointer {
  readonly id: string;
  readonly state: ApprovalState;
  /** RFC 3339 UTC; no answer until then is a no. */
  readonly expires_at: string;
}
