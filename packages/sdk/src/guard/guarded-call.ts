import type { DeepReadonly } from '../json/json-value.ts';
import type { Usage } from '../model/outcome.ts';
import type { Obligations } from '../model/verdict.ts';
import type { Journal } from './journal.ts';

/** A tool call to be guarded. */
export interface GuardedCall<Arguments extends object = object> {
  /** Name of a declared tool. */
  readonly tool: string;
  /** A plain object of JSON values. It is copied at once: what changes in it later is neither sent nor executed. */
  readonly arguments: Arguments;
  /** Why, for the humans who approve and audit. */
  readonly reason: string;
  /** Default: the client's. */
  readonly agentId?: string | undefined;
  /** The user acted for; default the agent's owner. */
  readonly userId?: string | undefined;
  /** The agent's own words on its choice, for the humans who approve and audit. */
  readonly reasoning?: string | undefined;
  /** 0 to 1. */
  readonly confidence?: number | undefined;
  readonly sessionId?: string | undefined;
  /** The unit of work that several calls may share. */
  readonly intentId?: string | undefined;
  /** Can only make the decision stricter than what the tool declares. */
  readonly costMicros?: number | undefined;
  /** Can only make the decision stricter than what the tool declares. */
  readonly environment?: string | undefined;
  /**
   * Names one logical operation, for ever: visible ASCII, at most 255 characters, a UUIDv7 is best. Default: a fresh
   * one. With a key of your own give a journal too, or a lost answer ends `in_doubt`.
   */
  readonly key?: string | undefined;
}

/** What the executing function gets. */
export interface Execution<Arguments extends object = object> {
  /** The very arguments that were decided on, frozen. Use these, not the ones at hand. */
  readonly arguments: DeepReadonly<Arguments>;
  readonly callId: string;
  /** The call's key: names the operation for ever. */
  readonly key: string;
  /** What must be done with this permit. The client passes them on; fulfilling them is up to the function. */
  readonly obligations: Obligations;
  /** The redeemed permit's token, for an executor behind this one that verifies it. */
  readonly permit: string;
  /** The caller's signal. Aborting it does not end the execution, unless the function listens. */
  readonly signal: AbortSignal;
  /** Adds to what is reported as used. May be called several times; later members win. */
  recordUsage(usage: Usage): void;
}

/** Executes the call. Its value is the result; what it throws is reported as failure. */
export type Execute<Arguments extends object, Value> = (
  execution: Execution<Arguments>,
) => Promise<Value> | Value;

/** How a guard waits, ends and keeps what it knows. */
export interface GuardOptions<Value = unknown> {
  /** How long to wait for a human, in milliseconds; then the verdict is `pending`. Default 60000. */
  readonly waitMs?: number | undefined;
  /**
   * Aborting ends waiting and retries. An announcement or redemption that is under way is finished first, so that it
   * is known whether the permit was redeemed; if it was, it is given back unexecuted.
   */
  readonly signal?: AbortSignal | undefined;
  /** Remembers executions over restarts; without one, what was redeemed before a crash ends `in_doubt`. */
  readonly journal?: Journal | undefined;
  /**
   * What of the value is recorded as result; default the value. What is not JSON, or longer than 128 KiB, is left out
   * of the record.
   */
  readonly recordedResult?: ((value: Value) => unknown) | undefined;
}
