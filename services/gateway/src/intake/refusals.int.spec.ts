import { MAX_INTENT_SKEW_MS } from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { frontDoor } from '../testing/front-door.ts';
import { announcement } from '../testing/registered.ts';
import { freshSigner, type IntentRecord, registeredSigner, signedIntent } from '../testing/signed-intent.ts';
import { MAX_INTENT_HEADERS } from './read-intent.ts';

const with_ = (record: IntentRecord, headers: Record<string, string | undefined>): IntentRecord => {
  const all = Object.entries({ ...record.headers, ...headers }).filter(([, text]) => text !== undefined);
  return { ...record, headers: Object.fromEntries(all) as Record<string, string> };
};

type Door = Awaited<ReturnType<typeof frontDoor>>;

/** Every way in which a record can be no intent of its agent: what it is refused with, and how it is made. */
const REFUSED: readonly (readonly [string, string, (door: Door) => IntentRecord])[] = [
  ['too_large', 'too much data', ({ intent }) => intent({ data: 'x'.repeat(256 * 1024 + 1) })],
  ['too_large', 'long headers', ({ intent }) => with_(intent(), { note: 'x'.repeat(16 * 1024) })],
  [
    'too_large',
    'many headers',
    ({ intent }) =>
      with_(
        intent(),
        Object.fromEntries(Array.from({ length: MAX_INTENT_HEADERS }, (_, n) => [`h${n}`, ''])),
      ),
  ],
  ['malformed_record', 'no value', ({ intent }) => ({ ...intent(), value: null })],
  ['malformed_record', 'no CloudEvent', ({ intent }) => ({ ...intent(), headers: {} })],
  [
    'malformed_record',
    'structured mode',
    ({ intent }) => with_(intent(), { 'content-type': 'application/cloudevents+json' }),
  ],
  ['malformed_record', 'another CloudEvents', ({ intent }) => with_(intent(), { ce_specversion: '0.3' })],
  ['malformed_record', 'no id', ({ intent }) => intent({ id: '' })],
  ['malformed_record', 'an id with a space', ({ intent }) => intent({ id: 'a b' })],
  ['malformed_record', 'a long id', ({ intent }) => intent({ id: 'x'.repeat(256) })],
  ['malformed_record', 'no source', ({ intent }) => intent({ source: '' })],
  ['malformed_record', 'no time', ({ intent }) => with_(intent(), { ce_time: undefined })],
  ['malformed_record', 'a time that there is not', ({ intent }) => intent({ time: '2026-13-01T00:00:00Z' })],
  ['malformed_record', 'a time in words', ({ intent }) => intent({ time: 'yesterday' })],
  ['malformed_record', 'no type', ({ intent }) => with_(intent(), { ce_type: undefined })],
  ['unknown_type', 'an event of ours', ({ intent }) => intent({ type: 'agent.tool.authorized' })],
  ['unknown_type', 'a name that objects have', ({ intent }) => intent({ type: 'constructor' })],
  [
    'organization_missing',
    'no organization',
    ({ intent }) => with_(intent(), { ce_organization: undefined }),
  ],
  ['organization_missing', 'no id of one', ({ intent }) => intent({ organization: 'A:b' })],
  ['wrong_key', 'no key', ({ intent }) => ({ ...intent(), key: null })],
  ['wrong_key', 'a key that is no id', ({ intent }) => intent({ agentId: 'A b' })],
  [
    'wrong_key',
    "another agent's data",
    ({ intent }) => intent({ data: announcement({ agent_id: 'other' }) }),
  ],
  ['unsigned', 'no signature', ({ intent }) => with_(intent(), { ce_signature: undefined })],
  ['bad_signature', 'an empty one', ({ intent }) => with_(intent(), { ce_signature: '' })],
  ['bad_signature', 'one in base64', ({ intent }) => with_(intent(), { ce_signature: '+'.repeat(86) })],
  ['bad_signature', 'a changed time', ({ intent }) => with_(intent(), { ce_time: '2026-11-21T12:00:01Z' })],
  ['bad_signature', 'changed data', ({ intent }) => ({ ...intent(), value: Buffer.from('{}') })],
  ['bad_signature', 'an unknown organization', ({ intent }) => intent({ organization: 'acme' })],
  ['bad_signature', 'an unknown agent', ({ intent }) => intent({ agentId: 'nobody' })],
  [
    'bad_signature',
    'a key of nobody',
    ({ intent }) => signedIntent(freshSigner(), { ...textOf(intent()), data: announcement() }),
  ],
  ['malformed_json', 'no JSON', ({ intent }) => intent({ data: '{"agent_id": "helper"' })],
  [
    'invalid_request',
    'a key twice',
    ({ intent }) => intent({ data: '{"agent_id":"helper","agent_id":"x"}' }),
  ],
  ['invalid_request', 'an unknown field', ({ intent }) => intent({ data: announcement({ admin: true }) })],
  [
    'invalid_request',
    'an outcome that contradicts itself',
    ({ report }) => report('o', { executed: false, success: true }),
  ],
  [
    'invalid_request',
    "a permit, which is nobody's business here",
    ({ redeem }) => redeem('r', { permit: 'x' }),
  ],
];

function textOf({ headers }: IntentRecord) {
  return { type: headers.ce_type!, id: headers.ce_id!, time: headers.ce_time! };
}

describe('what is no intent of its agent', () => {
  it('is refused, counted and put aside with its bytes, and stops nobody', async () => {
    const door = await frontDoor();
    const { gateway, feed, intent, refusals } = door;
    const before = gateway.store.acceptedPosition;
    const written = REFUSED.map(([, , make]) => make(door));
    const became = await feed.write(...written);
    expect(became.map((code, index) => [REFUSED[index]![1], code])).toEqual(
      REFUSED.map(([code, name]) => [name, code]),
    );
    expect(gateway.store.acceptedPosition).toBe(before);
    expect(refusals.map(({ code }) => code).sort()).toEqual(REFUSED.map(([code]) => code).sort());
    for (const { record, failure } of feed.letters) {
      expect(Buffer.from(record.value ?? '')).toEqual(written[record.offset]!.value ?? Buffer.from(''));
      expect(failure).toMatchObject({ attempts: 1, detail: expect.stringMatching(/.{10}/) });
    }
    expect(await feed.write(intent())).toEqual(['taken']);
  });

  it('is attributed to an agent only where the agent has signed it', async () => {
    const { feed, intent, refusals } = await frontDoor();
    await feed.write(with_(intent(), { ce_signature: undefined }), intent({ data: '{}' }));
    expect(refusals.map(({ code, route, principal }) => [code, route, principal?.id ?? null])).toEqual([
      ['unsigned', 'agent.intents', null],
      ['invalid_request', 'agent.intents agent.intent.announced', 'helper'],
    ]);
  });

  it.each([-MAX_INTENT_SKEW_MS - 1_000, MAX_INTENT_SKEW_MS + 1_000])(
    'is refused when its time is off by %d ms',
    async (off) => {
      const { gateway, feed, intent } = await frontDoor();
      const at = (skew: number) => new Date(gateway.clock.nowMs() + skew).toISOString();
      expect(await feed.write(intent({ time: at(off) }))).toEqual(['stale']);
      expect(await feed.write(intent({ time: at(off / 2) }))).toEqual(['taken']);
    },
  );

  it('is taken with a time in another zone', async () => {
    const { gateway, feed, intent } = await frontDoor();
    const offset = new Date(gateway.clock.nowMs() + 3_600_000).toISOString().replace('Z', '+01:00');
    expect(await feed.write(intent({ time: offset }))).toEqual(['taken']);
  });
});

describe('who may sign', () => {
  it('is any key of the agent that is in force', async () => {
    const { gateway, feed, intent } = await frontDoor();
    const second = await registeredSigner(gateway);
    const text = { ...textOf(intent()), id: 'by-the-second', data: announcement() };
    expect(await feed.write(signedIntent(second, text), intent())).toEqual(['taken', 'taken']);
  });

  it('is no revoked key', async () => {
    const { gateway, feed, intent } = await frontDoor();
    const { body } = await gateway.owner('GET', '/v1/agents/helper/signing-keys');
    await gateway.owner('DELETE', `/v1/agents/helper/signing-keys/${body.items[0].id}`);
    expect(await feed.write(intent())).toEqual(['bad_signature']);
    expect(feed.letters[0]!.failure.detail).toContain('no signing key in force');
  });

  it('is no disabled agent', async () => {
    const { gateway, feed, intent, redeem } = await frontDoor();
    await gateway.owner('POST', '/v1/agents/helper/disable', { reason: 'a test' });
    expect(await feed.write(intent(), redeem('r'))).toEqual(['agent_disabled', 'agent_disabled']);
  });
});
