import { afterEach, describe, expect, it } from 'vitest';
import type { SeenRequest } from '../test/fake-countersign.ts';
import { start, stopAll } from '../test/guard-setup.ts';
import { isCountersignError } from './index.ts';

afterEach(stopAll);

const INTENT = { intent: 'i1' } as const;
const ACL = '/api/v1/intents/i1/acl';
const REQUESTS = '/api/v1/intents/i1/access-requests';
const LIST = '/v1/access-requests';

interface Rules {
  /** What the access list is answered with until access is granted. */
  readonly refusal?: object;
  /** How often a request is seen to wait; null for ever. */
  readonly waits?: number | null;
  readonly granted?: boolean;
  /** What asking is answered with. */
  readonly asked?: { readonly status: number; readonly body: object };
}

const LACKS_WRITE = {
  ...{ code: 'forbidden', detail: 'this needs write', status: 403 },
  ...{ required_permission: 'write', current_permission: 'read', access_request_url: REQUESTS },
};

/** An installation where the list of `i1` can be read once a request for it is answered. */
async function world({ refusal = LACKS_WRITE, waits = 2, granted = true, asked }: Rules = {}) {
  let left: number | null = waits;
  let isOpen = false;
  const request = { id: 'r1', intent_id: 'i1', status: 'pending' };
  const answer = ({ method, path }: SeenRequest) => {
    if (path === ACL && isOpen) return { status: 200, body: { default_policy: 'closed', entries: [] } };
    if (path === ACL) return { status: (refusal as { status: number }).status, body: refusal };
    if (path === REQUESTS && method === 'POST') return asked ?? { status: 201, body: request };
    if (path !== LIST) return undefined;
    const others = [
      { id: 'r9', intent_id: 'i9', status: 'pending' },
      { id: 'r8', namespace: 'i1', status: 'pending' },
    ];
    const isWaiting = left === null || left-- > 0;
    isOpen = !isWaiting && granted;
    return { status: 200, body: { items: isWaiting ? [...others, request] : others, next: null } };
  };
  const { fake, client } = await start({ answer });
  const read = (options = {}) =>
    client.requestingAccess(INTENT, () => client.access.getList(INTENT), options);
  return { fake, client, read };
}

const codeOf = async (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: unknown) => (isCountersignError(error) ? error.code : String(error)),
  );

describe('requestingAccess', () => {
  it('O-EP-12: asks for what a refusal names, waits for the answer, and does it again', async () => {
    const { fake, read } = await world();
    const list = await read({ reason: 'I can help', capabilities: ['research'] });
    expect(list).toMatchObject({ default_policy: 'closed' });
    const [asked, ...more] = fake.requestsTo(REQUESTS);
    expect(more).toEqual([]);
    expect(JSON.parse(asked?.text ?? '')).toEqual({
      ...{ requested_permission: 'write', reason: 'I can help', capabilities: ['research'] },
    });
    expect(fake.requestsTo(LIST)).toHaveLength(3);
    expect(fake.requestsTo(ACL)).toHaveLength(2);
  });

  it('O-EP-12: ends as it was refused when it is denied, or nobody answers in time', async () => {
    const denied = await world({ granted: false });
    expect(await codeOf(denied.read())).toBe('forbidden');
    const silent = await world({ waits: null });
    expect(await codeOf(silent.read({ timeoutMs: 20 }))).toBe('forbidden');
    expect(silent.fake.requestsTo(ACL)).toHaveLength(1);
  });

  it('asks nothing where nothing is refused, or access is not what is missing', async () => {
    const open = await world({ refusal: { code: 'ok', status: 200 } });
    await open.read();
    const other = await world({
      refusal: { code: 'forbidden', detail: 'no', status: 403, required_permission: 'read_audit' },
    });
    expect(await codeOf(other.read({ permission: 'read' }))).toBe('forbidden');
    const hidden = await world({ refusal: { code: 'not_found', detail: 'none', status: 404 } });
    expect(await codeOf(hidden.read())).toBe('not_found');
    for (const { fake } of [open, other, hidden]) expect(fake.requestsTo(REQUESTS)).toEqual([]);
    const thrown = open.client.requestingAccess(INTENT, () => Promise.reject(new Error('of mine')));
    expect(await codeOf(thrown)).toBe('Error: of mine');
  });

  it('asks for what it is told where the resource is hidden', async () => {
    const { fake, read } = await world({ refusal: { code: 'not_found', detail: 'none', status: 404 } });
    await read({ permission: 'read' });
    const [asked] = fake.requestsTo(REQUESTS);
    expect(JSON.parse(asked?.text ?? '')).toEqual({ requested_permission: 'read' });
  });

  it('waits for a request of its own that waits already, and tells why another was not taken', async () => {
    const twice = { status: 409, body: { code: 'already_exists', detail: 'it waits' } };
    const { fake, read } = await world({ asked: twice });
    expect(await read()).toMatchObject({ default_policy: 'closed' });
    expect(fake.requestsTo(LIST)).toHaveLength(3);
    const much = await world({ asked: { status: 429, body: { code: 'throttled', detail: 'too many' } } });
    expect(await codeOf(much.read())).toBe('throttled');
  });

  it('asks to write for a call that is denied for want of it', async () => {
    const { fake, client } = await world();
    const denied = {
      verdict: 'denied',
      reasons: [{ layer: 'access', code: 'access_missing', message: 'm' }],
    };
    const verdicts: unknown[] = [denied, { verdict: 'executed' }];
    const result = await client.requestingAccess(INTENT, async () => verdicts.shift());
    expect(result).toEqual({ verdict: 'executed' });
    const [asked] = fake.requestsTo(REQUESTS);
    expect(JSON.parse(asked?.text ?? '')).toEqual({ requested_permission: 'write' });
    const other = { verdict: 'denied', reasons: [{ layer: 'policy', code: 'policy_denied', message: 'm' }] };
    expect(await client.requestingAccess(INTENT, async () => other)).toBe(other);
    expect(fake.requestsTo(REQUESTS)).toHaveLength(1);
  });

  it('ends when it is aborted', async () => {
    const { fake, read } = await world({ waits: null });
    const ended = new AbortController();
    const reading = codeOf(read({ signal: ended.signal }));
    while (fake.requestsTo(LIST).length === 0) await new Promise(setImmediate);
    ended.abort();
    expect(await reading).toBe('aborted');
  });
});
