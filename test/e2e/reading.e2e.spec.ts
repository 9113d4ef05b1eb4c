import { type Call, caller } from '@countersign/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { announcement, type Installation, registerBasics, startInstallation } from './installation.ts';

let installation: Installation;
let agent: Call;
let olga: Call;

beforeAll(async () => {
  installation = await startInstallation();
  await registerBasics(installation);
  agent = await installation.as('agent', 'helper');
  olga = await installation.as('user', 'olga');
  for (const path of ['a', 'b', 'c']) await agent('POST', '/v1/tool-calls', announcement('read-file', path));
});

interface Event {
  readonly type: string;
  readonly position: string;
  readonly sequence: number;
  readonly subject: string;
  readonly data: { readonly [name: string]: unknown };
}

/** Every event from position 0, page by page. */
async function replay(call: Call, query = '', limit = 7): Promise<Event[]> {
  const events: Event[] = [];
  for (let after = '0'; ; ) {
    const { status, body } = await call('GET', `/v1/events?limit=${limit}&after=${after}${query}`);
    expect(status).toBe(200);
    events.push(...body.items);
    if (body.next === null) return events;
    after = body.next;
  }
}

describe('an auditor', () => {
  it('replays the ledger from position 0, whole and in order, whatever the page', async () => {
    const small = await replay(olga, '', 3);
    const large = await replay(olga, '', 1000);
    expect(small.map((event) => event.position)).toEqual(large.map((event) => event.position));
    const positions = large.map((event) => Number(event.position));
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    const sequences = new Map<string, number>();
    for (const { subject, sequence } of large) {
      expect(sequence, subject).toBe((sequences.get(subject) ?? 0) + 1);
      sequences.set(subject, sequence);
    }
  });

  it('filters by type and by stream, and is recorded each time', async () => {
    const blocked = await replay(olga, '&types=agent.tool.requested,agent.tool.authorized');
    expect(new Set(blocked.map((event) => event.type))).toEqual(
      new Set(['agent.tool.requested', 'agent.tool.authorized']),
    );
    const [one] = blocked;
    const stream = await replay(olga, `&subject=${one?.subject}`);
    expect(stream.map((event) => event.sequence)).toEqual([1, 2, 3]);
    const reads = await replay(olga, '&types=audit.read');
    expect(reads.length).toBeGreaterThan(5);
    expect(reads.at(-1)?.data).toMatchObject({ by: { kind: 'user', id: 'olga' }, what: 'events' });
  });

  it('shows an agent its own calls alone', async () => {
    const own = await replay(agent);
    expect(own.length).toBeGreaterThan(0);
    expect(new Set(own.map((event) => event.subject.split('-')[0]))).toEqual(
      new Set(['toolcall', 'evaluation', 'meter']),
    );
  });

  it('needs the right', async () => {
    await installation.owner('PUT', '/v1/users/viewer', {
      roles: [{ scope: { organization: 'default' }, role: 'viewer' }],
    });
    const viewer = await installation.as('user', 'viewer');
    expect(await viewer('GET', '/v1/events')).toMatchObject({
      status: 403,
      body: { required_permission: 'read_audit' },
    });
  });
});

describe('a subscriber of safety events', () => {
  /** Reads a stream until `count` events have come. */
  async function follow(after: string | undefined, count: number, trigger: () => Promise<unknown>) {
    const aborting = new AbortController();
    const { body: key } = await installation.owner('POST', '/v1/keys', {
      principal: { kind: 'user', id: 'olga' },
    });
    const response = await fetch(`${installation.process.url}/v1/events/stream?types=agent.safety.blocked`, {
      headers: {
        authorization: `Bearer ${key.key}`,
        ...(after === undefined ? {} : { 'last-event-id': after }),
      },
      signal: aborting.signal,
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    await trigger();
    let text = '';
    const got = () =>
      [...text.matchAll(/^id: (\S+)\nevent: (\S+)\ndata: (.*)$/gm)].map(([, id, type, data]) => ({
        id,
        type,
        data: JSON.parse(data ?? ''),
      }));
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      if (got().length >= count) break;
    }
    aborting.abort();
    return got();
  }

  it('gets them live, and goes on where it was', async () => {
    const refuse = () => agent('POST', '/v1/tool-calls', announcement('no-such-tool', 'a'));
    const first = await follow(undefined, 2, async () => {
      await refuse();
      await refuse();
    });
    expect(first.map(({ type }) => type)).toEqual(['agent.safety.blocked', 'agent.safety.blocked']);
    expect(first[0]?.data).toMatchObject({
      specversion: '1.0',
      data: { reason: 'unknown_tool', blocked_action: 'no-such-tool' },
    });
    const resumed = await follow(first[0]?.id, 2, refuse);
    expect(resumed[0]?.id).toBe(first[1]?.id);
  });
});

describe('organizations', () => {
  it('see nothing of each other', async () => {
    const { owner, process } = installation;
    const acme = (method: string, path: string, body?: unknown) =>
      owner(method, path, body, { 'countersign-organization': 'acme' });
    expect((await owner('POST', '/v1/organizations', { id: 'acme' })).status).toBe(201);
    expect((await owner('POST', '/v1/organizations', { id: 'acme' })).status).toBe(409);
    await acme('PUT', '/v1/users/amy', { roles: [{ scope: { organization: 'acme' }, role: 'owner' }] });
    const { body: key } = await acme('POST', '/v1/keys', { principal: { kind: 'user', id: 'amy' } });
    const amy = caller(process.url, key.key);
    expect((await amy('GET', '/v1/agents/helper')).status).toBe(404);
    const [call] = (await olga('GET', '/v1/tool-calls')).body.items;
    expect((await amy('GET', `/v1/tool-calls/${call.id}`)).status).toBe(404);
    expect((await amy('GET', '/v1/tool-calls')).body.items).toEqual([]);
    const events = await replay(amy);
    expect(
      new Set(
        events.map(
          (event) => event.data.organization_id ?? event.data.user_id ?? event.subject.split(':')[0],
        ),
      ),
    ).not.toContain('default');
    expect((await amy('POST', '/v1/organizations', { id: 'more' })).status).toBe(403);
    expect(await amy('GET', '/v1/agents', undefined)).toMatchObject({ status: 200, body: { items: [] } });
    const { body: policies } = await amy('GET', '/v1/policies');
    expect(policies.items).toMatchObject([{ id: 'default', active: [{ mode: 'enforce' }] }]);
    expect(
      await owner('GET', '/v1/agents', undefined, { 'countersign-organization': 'nobody' }),
    ).toMatchObject({ status: 404 });
    expect(await olga('GET', '/v1/agents', undefined, { 'countersign-organization': 'acme' })).toMatchObject({
      status: 403,
    });
  });
});

describe('a key', () => {
  it('is refused from the next request on once it is revoked', async () => {
    const { owner, process } = installation;
    const { body } = await owner('POST', '/v1/keys', { principal: { kind: 'user', id: 'olga' } });
    const withKey = caller(process.url, body.key);
    expect((await withKey('GET', '/v1/agents')).status).toBe(200);
    expect((await owner('DELETE', `/v1/keys/${body.id}`)).status).toBe(204);
    expect(await withKey('GET', '/v1/agents')).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
    });
  });

  it('is never listed', async () => {
    const { body } = await installation.owner('GET', '/v1/keys');
    expect(JSON.stringify(body)).not.toContain('cs_');
  });
});

describe('a policy', () => {
  const POLICY = `policy: no-etc
schema: call/1
rules:
  - id: outside
    condition: args.path.startsWith("/etc/")
    effect: deny
    reason: "'outside of the work directory'"
  - id: inside
    match: { tools: ["*"] }
    effect: allow
`;
  const TESTS = `fixtures:
  call:
    args: { path: /etc/passwd }
    tool: { name: read-file, action: read, sensitivity: low, environment: development }
tests:
  - name: denied outside
    given: call
    expect: { outcome: deny, rules: [outside] }
`;

  it('is refused with line and column of everything that is wrong', async () => {
    const { status, body } = await installation.owner('PUT', '/v1/policies/no-etc', {
      policy: POLICY.replace('startsWith', 'matches').replace('effect: allow', 'effect: permit'),
      tests: TESTS,
    });
    expect(status).toBe(422);
    expect(body.errors.length).toBeGreaterThanOrEqual(2);
    for (const error of body.errors)
      expect(error).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
  });

  it('decides from its activation on, beside the default one, and no longer when it is taken out', async () => {
    const { owner } = installation;
    const published = await owner('PUT', '/v1/policies/no-etc', { policy: POLICY, tests: TESTS });
    expect(published).toMatchObject({ status: 201, body: { id: 'no-etc', version: 1 } });
    const read = () => agent('POST', '/v1/tool-calls', announcement('read-file', '/etc/passwd'));
    expect((await read()).status).toBe(200);
    expect(
      (await owner('POST', '/v1/policies/no-etc/activate', { version: 1, mode: 'enforce' })).status,
    ).toBe(200);
    expect(await read()).toMatchObject({
      status: 403,
      body: { reasons: [{ layer: 'policy', policy: 'no-etc', rule: 'outside' }] },
    });
    expect((await agent('POST', '/v1/tool-calls', announcement('read-file', 'fine'))).status).toBe(200);
    await owner('POST', '/v1/policies/no-etc/deactivate', {});
    expect((await read()).status).toBe(200);
  });
});
