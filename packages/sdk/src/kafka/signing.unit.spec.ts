import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { schemasDirectory } from '@countersign/contracts';
import { callIdFromKey } from '@countersign/event-sourcing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connect } from '../index.ts';
import type { JsonValue } from '../json/json-value.ts';
import { callIdOf } from './call-id.ts';
import type { KafkaOptions } from './options.ts';
import { createSign, type IntentAttributes } from './signing.ts';

const vectors = JSON.parse(
  readFileSync(new URL('fixtures/intents/signatures.json', schemasDirectory), 'utf8'),
) as {
  readonly private_key: {
    readonly kty: string;
    readonly crv: string;
    readonly x: string;
    readonly d: string;
  };
  readonly valid: readonly {
    readonly name: string;
    readonly attributes: IntentAttributes;
    readonly data: string;
    readonly signature: string;
  }[];
};
const { private_key: jwk } = vectors;
const pem = createPrivateKey({ key: jwk, format: 'jwk' }).export({ format: 'pem', type: 'pkcs8' }) as string;

describe('a signature', () => {
  const compact = vectors.valid.filter(({ data }) => JSON.stringify(JSON.parse(data)) === data);

  it.each(compact)('is the one of the vectors: $name', async ({ attributes, data, signature }) => {
    for (const key of [jwk, pem]) {
      const signed = await createSign(key)(attributes, JSON.parse(data) as JsonValue);
      expect(signed.signature).toBe(signature);
      expect(signed.value).toBe(data);
    }
  });

  it('is there for more than one of the vectors', () => expect(compact.length).toBeGreaterThan(2));

  it('is refused by a key that is none, which is not told', async () => {
    const { attributes } = vectors.valid[0]!;
    const sign = createSign({ ...jwk, d: 'secret-and-no-key' });
    const failed = await sign(attributes, {}).catch((error: Error) => error);
    expect(failed).toMatchObject({ code: 'invalid_request' });
    expect(String(failed)).not.toContain('secret');
  });
});

it('the id of a call is the one that the gateway gives it', async () => {
  const key = fc.oneof(fc.uuid({ version: 7 }), fc.uuid({ version: 4 }), fc.string({ minLength: 1 }));
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.string(), key, async (organization, agentId, id) => {
      expect(await callIdOf(organization, agentId, id)).toBe(
        callIdFromKey(organization, `agent:${agentId}`, id),
      );
    }),
  );
});

describe('the options of connect', () => {
  const options: KafkaOptions = {
    brokers: ['127.0.0.1:9092'],
    agentId: 'helper',
    organization: 'default',
    privateKey: jwk,
  };

  it.each([
    ['/kafka/brokers', { brokers: [] }],
    ['/kafka/agentId', { agentId: 'A b' }],
    ['/kafka/organization', { organization: '' }],
    ['/kafka/privateKey', { privateKey: 'a secret' }],
    ['/kafka/privateKey', { privateKey: { ...jwk, kty: 'RSA' } }],
    ['/kafka/answerTimeoutMs', { answerTimeoutMs: 0 }],
    ['/kafka/key', { key: 'cs_secret' }],
  ])('name %s where it is wrong', (pointer, change) => {
    try {
      connect({ kafka: { ...options, ...change } });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'invalid_request', problem: { errors: [{ pointer }] } });
      expect(String(error)).not.toContain('secret');
    }
  });

  it('are all that it takes; nothing is connected yet, and the key is in no property', async () => {
    const client = connect({ kafka: options });
    expect(JSON.stringify(client)).not.toContain(jwk.d);
    await client.close();
  });
});
