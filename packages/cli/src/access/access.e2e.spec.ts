import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AccessRequest, connect } from '@countersign/sdk';
import { type TemporaryDirectory, temporaryDirectory } from '@countersign/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Installation, json, startInstallation } from '../testing/installation.ts';

const WORKFLOW = `openintent: "1.0"
info: { name: Compliance Review }
governance:
  access_review:
    on_request: defer
    approvers: [security-team]
    timeout_hours: 4
agents:
  ocr:
    default_permission: read
    approval_required: true
workflow:
  analysis:
    title: Clause Analysis
    assign: analyst
    depends_on: [extraction]
    permissions:
      policy: scoped
      allow:
        - agent: ocr
          grants: [read]
          expires: "2099-01-01T00:00:00Z"
      delegate: { allow: true, max_depth: 2 }
  extraction:
    assign: ocr
    access: { policy: private }
  report:
    assign: analyst
`;

let installation: Installation;
let directory: TemporaryDirectory;
let file: string;
beforeAll(async () => {
  installation = await startInstallation();
  for (const id of ['ocr', 'analyst']) await installation.owner.agents.put(id, { owner: 'owner' });
});
afterAll(() => installation[Symbol.asyncDispose]());
beforeEach(async () => {
  directory = await temporaryDirectory();
  file = join(directory.path, 'workflow.yaml');
  await writeFile(file, WORKFLOW);
  return () => directory[Symbol.asyncDispose]();
});
const run = (...parameters: Parameters<Installation['run']>) => installation.run(...parameters);

/** A client with a new key of an agent. */
async function agentClient(id: string) {
  const { key } = await installation.owner.keys.create({ principal: { kind: 'agent', id } });
  return connect({ url: installation.standalone.url, key });
}

describe('access apply', () => {
  it('O-YML-15: makes work intents with their lists and reviews, sets agents, and changes nothing the second time', async () => {
    const first = await run(`access apply -f ${file} --json`);
    expect(first.code).toBe(0);
    expect(first.stderr).toContain(`${file}:26:13: /workflow/extraction/access: access is the old form`);
    const { phases } = json(first) as { phases: { phase: string; intent_id: string }[] };
    expect(phases.map(({ phase }) => phase)).toEqual(['extraction', 'analysis', 'report']);
    const intent = (name: string) => phases.find(({ phase }) => phase === name)?.intent_id as string;
    const { access, agents, events } = installation.owner;
    const list = await access.getList({ intent: intent('analysis') });
    expect(list).toMatchObject({
      default_policy: 'closed',
      entries: [
        {
          ...{ principal_id: 'ocr', permission: 'read', delegate: { max_depth: 2 } },
          expires_at: '2099-01-01T00:00:00.000+00:00',
        },
        { principal_id: 'analyst', permission: 'write', delegate: { max_depth: 2 } },
      ],
    });
    const shown = await fetch(new URL(`/api/v1/intents/${intent('analysis')}`, installation.standalone.url), {
      headers: { authorization: `Bearer ${installation.keys.owner}` },
    });
    const { state } = (await shown.json()) as { state: object };
    expect([shown.status, Object.keys(state)]).toEqual([200, expect.not.arrayContaining(['permissions'])]);
    expect((await access.getList({ intent: intent('extraction') })).entries).toMatchObject([
      { principal_id: 'ocr', permission: 'write', delegate: null },
    ]);
    expect((await access.getList({ intent: intent('report') })).entries).toMatchObject([
      { principal_id: 'analyst', permission: 'write' },
    ]);
    expect(await access.getReview({ intent: intent('report') })).toEqual({
      on_request: 'defer',
      approvers: ['security-team'],
      timeout_hours: 4,
    });
    expect(await agents.get('ocr')).toMatchObject({ default_permission: 'read', approval_required: true });
    const types = [
      'acl.replaced',
      'acl.granted',
      'workintent.created',
      'accessreview.set',
      'agent.access_set',
    ];
    const before = await events.list({ types, limit: 1_000 });
    const second = await run(`access apply -f ${file} --json`);
    expect(json(second)).toEqual(json(first));
    expect((await events.list({ types, limit: 1_000 })).items).toEqual(before.items);
  });

  it('shows what it would do, and does nothing', async () => {
    const text = await run(`access apply -f ${file} --dry-run --name another`);
    expect(text.code).toBe(0);
    expect(text.stdout).toContain('agent ocr: default read, requests always wait');
    expect(text.stdout).toContain('phase analysis: everybody else nothing');
    expect(text.stdout).toContain('  agent analyst: write, may delegate 2 times');
    expect(text.stdout).toContain('  requests: defer, security-team within 4 h');
    const { items } = await installation.owner.events.list({ types: ['workintent.created'], limit: 1_000 });
    const made = items.length;
    await run(`access apply -f ${file} --dry-run --name yet-another`);
    const after = await installation.owner.events.list({ types: ['workintent.created'], limit: 1_000 });
    expect(after.items.length).toBe(made);
  });

  it('names every mistake of a file with its place, and does nothing', async () => {
    await writeFile(file, 'info: { name: x }\nworkflow:\n  a: { assign: A, permissions: { polcy: open } }\n');
    const wrong = await run(`access apply -f ${file}`);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toContain(`${file}:3:16`);
    expect(wrong.stderr).toContain('unknown key polcy');
  });

  it('needs a name, by which a second time finds what the first has made', async () => {
    await writeFile(file, 'workflow:\n  a: { assign: analyst }\n');
    expect(await run(`access apply -f ${file}`)).toMatchObject({ code: 2 });
    expect(await run(`access apply -f ${file} --name nameless`)).toMatchObject({ code: 0 });
  });

  it('names every agent that is not registered, and does nothing', async () => {
    const agents =
      'agents:\n  analyst: { default_permission: read }\n  ghost: { default_permission: read }\n';
    await writeFile(file, `info: { name: Ghosts }\n${agents}workflow:\n  a: { assign: analyst }\n`);
    const before = await installation.owner.agents.get('analyst');
    const refused = await run(`access apply -f ${file}`);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('/agents/ghost');
    expect(refused.stderr).toContain('countersign agents put ghost');
    expect(await installation.owner.agents.get('analyst')).toEqual(before);
  });

  it('does no more than the caller may', async () => {
    const { key } = await installation.owner.keys.create({ principal: { kind: 'agent', id: 'analyst' } });
    const refused = await run(`access apply -f ${file}`, { env: { COUNTERSIGN_KEY: key } });
    expect(refused.code).toBe(5);
    expect(refused.stderr).toContain('manage_intents');
  });
});

it('the page on access control shows a workflow, and what is made of it', async () => {
  const page = await readFile(new URL('../../../../docs/access-control.md', import.meta.url), 'utf8');
  const [, workflow = '', printed = ''] =
    /<!-- workflow:begin -->\n\n```yaml\n(.*?)```.*?\n```\n(.*?)```/s.exec(page) ?? [];
  await writeFile(file, workflow);
  expect(await run(`access apply -f ${file} --dry-run`)).toEqual({ code: 0, stdout: printed, stderr: '' });
  for (const id of [
    'data-handler',
    'researcher',
    'ocr-agent',
    'reviewer',
    'lead',
    'writer',
    'analyst',
    'auditor',
  ])
    await installation.owner.agents.put(id, { owner: 'owner' });
  expect(await run(`access apply -f ${file}`)).toMatchObject({ code: 0, stderr: '' });
});

/** The seed's full object, with what OpenIntent publishes beside it. */
const WHOLE = `info: { name: Whole }
workflow:
  research:
    assign: researcher
    permissions:
      policy: scoped
      default: read
      allow:
        - agent: analyst
          grants: [read, write]
        - agent: auditor
          grants: [read]
      delegate:
        allow: true
        max_depth: 2
      context:
        inject: [project_name, deadline]
  writing:
    assign: writer
    depends_on: [research]
    permissions:
      policy: private
      delegate: { to: [checker, editor], level: read }
      context: [dependencies, peers]
  checking:
    assign: checker
    permissions: { policy: private, context: none }
`;

describe('a workflow with everything that permissions may say', () => {
  const names = ['researcher', 'analyst', 'auditor', 'writer', 'checker', 'editor'];
  beforeAll(async () => {
    for (const id of names) await installation.owner.agents.put(id, { owner: 'owner' });
  });
  beforeEach(() => writeFile(file, WHOLE));

  it('is shown whole, without a warning', async () => {
    expect(await run(`access apply -f ${file} --dry-run`)).toEqual({
      code: 0,
      stderr: '',
      stdout: `phase research: everybody else read
  agent analyst: write, may delegate 2 times
  agent auditor: read, may delegate 2 times
  agent researcher: write, may delegate 2 times
  context: deadline, project_name of the state
phase writing: everybody else nothing
  agent writer: write, may delegate read to checker, editor 1 times
  context: dependencies, peers
phase checking: everybody else nothing
  agent checker: write
  context: none
`,
    });
  });

  it('holds once it is applied, and changes nothing the second time', async () => {
    const first = await run(`access apply -f ${file} --json`);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const { phases } = json(first) as { phases: { phase: string; intent_id: string }[] };
    const [research, writing, checking] = phases.map(({ intent_id }) => intent_id) as [
      string,
      string,
      string,
    ];
    const ask = async (as: string, method: string, path: string, body?: object) => {
      const { key } = await installation.owner.keys.create({ principal: { kind: 'agent', id: as } });
      const response = await fetch(`${installation.standalone.url}/api/v1/intents/${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'if-match': '1' },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };

    const patches = ['project_name', 'deadline', 'secret'].map((path) => ({ op: 'set', path, value: path }));
    await ask('researcher', 'POST', `${research}/state`, { patches });
    expect((await ask('auditor', 'GET', `${research}/context`)).body).toMatchObject({
      state: { project_name: 'project_name', deadline: 'deadline' },
      peers: [],
      events: [],
    });
    expect((await ask('writer', 'GET', `${writing}/context`)).body).toMatchObject({
      state: null,
      dependencies: [{ id: research }],
      peers: [{ principal_type: 'user' }],
      acl: null,
      events: [],
    });
    expect((await ask('checker', 'GET', `${checking}/context`)).body).toMatchObject({
      peers: [],
      events: [],
    });

    const handOn = async (to: string, permission: string) =>
      (await ask('writer', 'POST', `${writing}/delegate`, { agent_id: to, permission })).status;
    expect(await handOn('analyst', 'read')).toBe(403);
    expect(await handOn('checker', 'write')).toBe(403);

    const types = ['acl.replaced', 'acl.granted', 'workintent.created', 'workintent.context_set'];
    const before = await installation.owner.events.list({ types, limit: 1_000 });
    expect(json(await run(`access apply -f ${file} --json`))).toEqual(json(first));
    expect((await installation.owner.events.list({ types, limit: 1_000 })).items).toEqual(before.items);
    expect(await handOn('checker', 'read')).toBe(201);
  });
});

describe('a handler in a program', () => {
  it("answers requests with its principal's own rights: the seed's gatekeeper", async () => {
    const gatekeeper = await agentClient('analyst');
    const { id } = await gatekeeper.access.createIntent({ title: 'Guarded' });
    const trusted = new Set(['ocr']);
    const seen: AccessRequest[] = [];
    const ended = new AbortController();
    const decided = Promise.withResolvers<void>();
    const handling = gatekeeper.onAccessRequested(
      (request) => {
        seen.push(request);
        if (seen.length === 2) decided.resolve();
        if (trusted.has(request.principal_id)) return 'approve';
        if (request.requested_permission === 'read')
          return { decision: 'approve', reason: 'reading is safe' };
        return 'deny';
      },
      { signal: ended.signal, onError: (error) => decided.reject(error) },
    );
    await installation.owner.agents.put('stranger', { owner: 'owner' });
    const [ocr, stranger] = [await agentClient('ocr'), await agentClient('stranger')];
    const write = { requested_permission: 'write', reason: 'Need to update analysis results' } as const;
    await ocr.access.request({ intent: id }, write);
    await stranger.access.request({ intent: id }, write);
    await decided.promise;
    const answersOf = async () => {
      for (;;) {
        const { items } = await gatekeeper.access.requests();
        const mine = items.filter(({ intent_id }) => intent_id === id);
        if (mine.every(({ status }) => status !== 'pending')) return mine;
      }
    };
    const answers = Object.fromEntries(
      (await answersOf()).map(({ principal_id, status, decided_by }) => [principal_id, [status, decided_by]]),
    );
    expect(answers).toEqual({ ocr: ['approved', 'analyst'], stranger: ['denied', 'analyst'] });
    ended.abort();
    await handling;
  });
});

describe('a program that lacks access', () => {
  it('O-EP-12: asks for it, waits, and goes on: hidden, visible with less, and calling a tool', async () => {
    const gatekeeper = await agentClient('analyst');
    const { id: intent } = await gatekeeper.access.createIntent({ title: 'Guarded' });
    const ended = new AbortController();
    const handling = gatekeeper.onAccessRequested(() => 'approve', { signal: ended.signal });
    const ocr = await agentClient('ocr');
    const list = await ocr.requestingAccess({ intent }, () => ocr.access.getList({ intent }), {
      ...{ permission: 'write', reason: 'I read along' },
    });
    expect(list.entries).toMatchObject([{ principal_id: 'ocr', permission: 'write' }]);
    const entry = { principal_id: 'writer', principal_type: 'agent', permission: 'read' } as const;
    const granted = await ocr.requestingAccess({ intent }, () => ocr.access.grant({ intent }, entry));
    expect(granted).toMatchObject({ principal_id: 'writer', permission: 'read' });

    await installation.owner.tools.put('read-page', {
      ...{ description: 'Reads', action: 'read', input_schema: { type: 'object' } },
    });
    const writer = await agentClient('writer');
    const call = { agentId: 'writer', tool: 'read-page', arguments: {}, reason: 'a test', intentId: intent };
    const result = await writer.requestingAccess({ intent }, () => writer.guard(call, () => 'a page'));
    expect(result).toMatchObject({ verdict: 'executed', success: true, value: 'a page' });
    ended.abort();
    await handling;
  });
});

describe('access requests', () => {
  it('lists what waits', async () => {
    const analyst = await agentClient('analyst');
    const { id } = await analyst.access.createIntent({ title: 'Waiting' });
    const ocr = await agentClient('ocr');
    await ocr.access.request({ intent: id }, { requested_permission: 'admin', reason: 'a test' });
    const listed = await run('access requests ls');
    expect(listed.stdout).toContain('agent ocr');
    expect(listed.stdout).toContain(id);
  });
});
