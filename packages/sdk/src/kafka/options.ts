import { CountersignError, type FieldError, localProblem } from '../problem.ts';

/** A client over Kafka: one agent, which signs what it sends. */
export interface KafkaConnectOptions {
  readonly kafka: KafkaOptions;
}

/** Where the brokers are, and which agent signs with which key. */
export interface KafkaOptions {
  /** `host:port` of some brokers. */
  readonly brokers: readonly string[];
  /** Whom the client signs for: every call it announces is this agent's. */
  readonly agentId: string;
  /** The agent's. */
  readonly organization: string;
  /**
   * The private half of a key that is registered for the agent (`agents.addSigningKey`): a JWK (`kty` OKP, `crv` Ed25519,
   * `x`, `d`) or a PEM (`BEGIN PRIVATE KEY`). It is kept out of every error and of everything that could be printed.
   */
  readonly privateKey: PrivateKeyJwk | string;
  /** As kafkajs takes it. */
  readonly ssl?: unknown;
  /** As kafkajs takes it. */
  readonly sasl?: unknown;
  /** How long nothing may be heard of what was sent. Default 10000 ms. */
  readonly answerTimeoutMs?: number | undefined;
}

/** An Ed25519 private key as a JWK (RFC 8037). What is missing, `connect` tells. */
export interface PrivateKeyJwk {
  readonly kty?: string | undefined;
  readonly crv?: string | undefined;
  readonly x?: string | undefined;
  readonly d?: string | undefined;
}

const DEFAULT_ANSWER_TIMEOUT_MS = 10_000;
const ID = /^[a-z0-9][a-z0-9._-]{0,62}$/;
const KNOWN = ['brokers', 'agentId', 'organization', 'privateKey', 'ssl', 'sasl', 'answerTimeoutMs'];

/** Options that were checked, with defaults. */
export type CheckedKafkaOptions = KafkaOptions & { readonly answerTimeoutMs: number };

/** @throws CountersignError naming every option that is wrong; the key is never part of it. */
export function checkKafkaOptions(options: KafkaOptions): CheckedKafkaOptions {
  const errors: FieldError[] = [];
  const wrong = (name: string, detail: string): void =>
    void errors.push({ pointer: `/kafka/${name}`, detail });
  const { brokers, agentId, organization, privateKey } = options;
  const answerTimeoutMs = options.answerTimeoutMs ?? DEFAULT_ANSWER_TIMEOUT_MS;
  if (!Array.isArray(brokers) || brokers.length === 0 || brokers.some((one) => typeof one !== 'string'))
    wrong('brokers', 'must be a list of host:port, at least one');
  if (!ID.test(agentId)) wrong('agentId', 'must be the id of the agent that signs');
  if (!ID.test(organization)) wrong('organization', 'must be the id of the organization of the agent');
  if (!isPrivateKey(privateKey))
    wrong('privateKey', 'must be an Ed25519 private key, as a JWK or a PEM (PKCS #8)');
  if (!Number.isSafeInteger(answerTimeoutMs) || answerTimeoutMs < 1)
    wrong('answerTimeoutMs', 'must be a whole number, 1 or more');
  for (const name of Object.keys(options))
    if (!KNOWN.includes(name)) wrong(name, `is not known here; known: ${KNOWN.join(', ')}`);
  if (errors.length > 0)
    throw new CountersignError(localProblem('invalid_request', 'the options of connect', { errors }));
  return { ...options, answerTimeoutMs };
}

function isPrivateKey(key: KafkaOptions['privateKey']): boolean {
  if (typeof key === 'string') return key.includes('-----BEGIN PRIVATE KEY-----');
  return (
    key?.kty === 'OKP' && key.crv === 'Ed25519' && typeof key.d === 'string' && typeof key.x === 'string'
  );
}
