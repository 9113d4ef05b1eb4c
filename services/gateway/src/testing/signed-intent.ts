import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { dataHashOf, signedText } from '@countersign/contracts';
import type { BusRecord } from '@countersign/message-bus';
import type { RunningGateway } from './running-gateway.ts';

interface Signer {
  readonly privateKey: KeyObject;
  readonly publicKey: object;
}

/** A pair that nobody has registered. */
export function freshSigner(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKey: publicKey.export({ format: 'jwk' }) };
}

/** A fresh key, registered for an agent. */
export async function registeredSigner(gateway: RunningGateway, agentId = 'helper'): Promise<Signer> {
  const signer = freshSigner();
  const answer = await gateway.owner('POST', `/v1/agents/${agentId}/signing-keys`, {
    public_key: signer.publicKey,
  });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return signer;
}

/** What an intent says; `data` as text is sent as it is. */
export interface IntentText {
  readonly type: string;
  readonly id: string;
  readonly time: string;
  readonly data: object | string;
  readonly source?: string;
  readonly organization?: string;
  readonly agentId?: string;
}

/** Key, value and headers of an intent as an agent writes it, signed. */
export function signedIntent(signer: Signer, intent: IntentText) {
  const { type, id, time, source = '/agents/helper', organization = 'default', agentId = 'helper' } = intent;
  const value = Buffer.from(typeof intent.data === 'string' ? intent.data : JSON.stringify(intent.data));
  const text = signedText({ id, source, type, time }, dataHashOf(value));
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_id: id,
    ce_source: source,
    ce_type: type,
    ce_time: time,
    ce_organization: organization,
    ce_signature: sign(null, Buffer.from(text), signer.privateKey).toString('base64url'),
  };
  return { key: agentId as string | null, value: value as Buffer | null, headers };
}

/** The record as it lies on Kafka. */
export type IntentRecord = ReturnType<typeof signedIntent>;

/** The same as a bus hands it on. */
export function toBusRecord(
  { key, value, headers }: IntentRecord,
  place: Pick<BusRecord, 'topic' | 'partition' | 'offset' | 'timeMs'>,
): BusRecord {
  const bytes = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)] as const);
  return { ...place, key: key === null ? null : Buffer.from(key), value, headers: Object.fromEntries(bytes) };
}
