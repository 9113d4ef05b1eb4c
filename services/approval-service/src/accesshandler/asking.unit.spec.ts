import { createHmac, createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createAskHandler, handlerSecret, type PostWebhook, signatureOf } from './asking.ts';

const KEY = createSecretKey(Buffer.alloc(32, 7));
const HANDLER = {
  id: 'gatekeeper',
  url: 'https://gatekeeper.example.com/',
  timeoutMs: 1_000,
  createdAt: '2026-11-21T10:00:00.000Z',
  updatedAt: '2026-11-21T10:00:00.000Z',
};

/** Asks a handler that answers so, one after the other; what came of it and how often it was asked. */
async function asking(...answers: readonly ({ readonly body: string } | { readonly failed: string })[]) {
  const posts: Parameters<PostWebhook['post']>[1][] = [];
  const pauses: number[] = [];
  const ask = createAskHandler({
    webhooks: {
      async post(_, post) {
        posts.push(post);
        return answers[posts.length - 1] ?? { failed: 'unreachable' };
      },
    },
    key: KEY,
    nowMs: () => 1_700_000_000_500,
    pause: async (ms) => pauses.push(ms),
  });
  return { asked: await ask('acme', HANDLER, { type: 'access_requested' }), posts, pauses };
}

describe('a handler of requests for access', () => {
  it.each([
    ['"approve"', 'approve'],
    ['{"decision":"approve"}', 'approve'],
    [' "deny" ', 'deny'],
    ['{"decision":"deny"}', 'deny'],
    ['"defer"', 'defer'],
  ])('that answers %s says %s', async (body, answer) => {
    const { asked, posts } = await asking({ body });
    expect(asked).toEqual({ answer, failure: null });
    expect(posts).toHaveLength(1);
  });

  it.each([
    ...[
      '',
      'approve',
      '"APPROVE"',
      '{"decision":"yes"}',
      '{"answer":"approve"}',
      '["approve"]',
      'null',
      '{}',
    ],
    ...['{"decision":"approve","permission":"admin"}', '{"decision":["approve"]}', 'true', '"approve" x'],
  ])('that answers %s defers: nothing else is a yes', async (body) => {
    expect((await asking({ body })).asked).toEqual({ answer: 'defer', failure: 'not_understood' });
  });

  it('is asked again after a while, and a few times only', async () => {
    const failed = { failed: 'timeout' };
    expect(await asking(failed, { body: '"approve"' })).toMatchObject({
      asked: { answer: 'approve' },
      pauses: [250],
    });
    const never = await asking(failed, failed, failed, { body: '"approve"' });
    expect(never.asked).toEqual({ answer: 'defer', failure: 'timeout' });
    expect(never.posts).toHaveLength(3);
  });

  it('is not asked again where that can not mend it', async () => {
    const { asked, posts } = await asking({ failed: 'forbidden_address' }, { body: '"approve"' });
    expect(asked).toEqual({ answer: 'defer', failure: 'forbidden_address' });
    expect(posts).toHaveLength(1);
  });

  it('can prove by its secret who asks, when, and what', async () => {
    const { posts } = await asking({ body: '"deny"' });
    const [post] = posts;
    const [, t, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(post?.headers['countersign-signature'] ?? '') ?? [];
    const secret = handlerSecret(KEY, 'acme', 'gatekeeper');
    expect(t).toBe('1700000000');
    expect(mac).toBe(createHmac('sha256', secret).update(`${t}.${post?.body}`).digest('hex'));
  });

  it('has a secret of its own', () => {
    const secrets = [
      handlerSecret(KEY, 'acme', 'a'),
      handlerSecret(KEY, 'acme', 'b'),
      handlerSecret(KEY, 'other', 'a'),
      handlerSecret(createSecretKey(Buffer.alloc(32, 8)), 'acme', 'a'),
    ];
    expect(new Set(secrets).size).toBe(4);
    expect(handlerSecret(KEY, 'acme', 'a')).toBe(secrets[0]);
    expect(signatureOf('s', 'b', 1_000)).not.toBe(signatureOf('s', 'b', 2_000));
  });
});
