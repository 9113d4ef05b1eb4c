import { Kafka, type SASLOptions } from 'kafkajs';
import { type ClientLog, toClientLogger } from './client-log.ts';
import './consuming/high-watermarks.ts';
import './idle-connections.ts';

/** Which brokers, as whom. */
export interface KafkaOptions {
  readonly brokers: readonly string[];
  /** The service and its instance: who is meant in the broker's logs and in dead letters. */
  readonly clientId: string;
  /** In the clear and as nobody, if absent. */
  readonly security?: KafkaSecurity;
  readonly log?: ClientLog;
  readonly timing?: Partial<KafkaTiming>;
}

/** How the brokers are known, and how they know the client. */
export interface KafkaSecurity {
  /** Judged by these authorities (PEM), or by those that Node knows; `null` for none at all. */
  readonly tls: { readonly ca: string | null } | null;
  readonly sasl: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  } | null;
}

/** What takes how long. The organizations of a killed instance wait for its session to end. */
export interface KafkaTiming {
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly heartbeatEveryMs: number;
  /** Handlers are idempotent: a crash repeats at most this much. */
  readonly commitEveryMs: number;
  /** How often the lag is looked at from outside the client; how long a record may wait, and a group stand still. */
  readonly watchEveryMs: number;
  readonly stalledAfterMs: number;
  /** A send that has no answer by then is told to be unknown; the client itself may wait for ever. */
  readonly sendTimeoutMs: number;
}

/** All in milliseconds. The share of a killed instance stands still for `sessionTimeoutMs`. */
export const DEFAULT_TIMING: KafkaTiming = {
  sessionTimeoutMs: 10_000,
  rebalanceTimeoutMs: 30_000,
  heartbeatEveryMs: 1_000,
  commitEveryMs: 500,
  watchEveryMs: 5_000,
  stalledAfterMs: 30_000,
  sendTimeoutMs: 10_000,
};

/** Of one request, a few seconds in all; whoever asked decides what follows. All of it is given: the client's defaults depend on `NODE_ENV`. */
export const RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, factor: 0.2, multiplier: 2, retries: 5 };

const CONNECTION_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Of a consumer's connection, while no broker answers at all: it outlives a broker's restart. A new consumer would be
 * another member of its group, and the group would wait for the session of the one that is gone.
 */
export const PATIENT_RETRY = { ...RETRY, retries: 60 };

/** A client that keeps to the bus's time-outs; connects when it is first used. */
export function connectTo({ brokers, clientId, security, log }: KafkaOptions, retry = RETRY): Kafka {
  return new Kafka({
    clientId,
    brokers: [...brokers],
    ...(security?.tls ? { ssl: security.tls.ca === null ? true : { ca: security.tls.ca } } : {}),
    ...(security?.sasl ? { sasl: security.sasl as SASLOptions } : {}),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry,
    logCreator: toClientLogger(log),
  });
}
