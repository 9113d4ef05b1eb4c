import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { json } from './testing/installation.ts';
import { runHere } from './testing/terminal.ts';

/** Answers that a healthy installation hardly ever gives. */
const ANSWERS: Readonly<Record<string, object>> = {
  'GET /v1/parked': {
    items: [parked('a1'), { ...parked('b2'), error: { code: 'TypeError', message: 'bad\u001b[2J' } }],
    next: null,
  },
  'GET /v1/parked/a1': parked('a1'),
  'POST /v1/parked/a1/retry': { id: 'a1', state: 'released', handled: 3 },
  'POST /v1/parked/b2/retry': { id: 'b2', state: 'parked', handled: 0 },
  'GET /v1/dead-letters': { items: [deadLetter('d1'), deadLetter('d2', ['a1', 'b2'])], next: null },
  'GET /v1/dead-letters/d1': {
    ...deadLetter('d1'),
    record: {
      key: base64('acme'),
      value: base64('no JSON\u001b[2J'),
      headers: [{ name: 'ce_type', value: base64('agent.tool.called') }],
    },
  },
  'POST /v1/dead-letters/d1/retry': { id: 'd1', state: 'replayed', replayed: 2, parked_ids: [] },
  'POST /v1/dead-letters/d2/retry': { id: 'd2', state: 'parked', replayed: 0, parked_ids: ['a1', 'b2'] },
  'POST /v1/dead-letters/d3/retry': { id: 'd3', state: 'parked', replayed: 0, parked_ids: ['a1'] },
  'POST /v1/dead-letters/d4/retry': { id: 'd4', state: 'expired', replayed: 0, parked_ids: [] },
  'POST /v1/kill-switches': killSwitch('engaged'),
  'POST /v1/kill-switches/k1/release': killSwitch('released'),
  'GET /v1/approvals/c1': { ...approval(), arguments: { erased: true }, reason: { erased: true } },
};

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function run(line: string) {
  const server = createServer((request, response) => {
    const answer = ANSWERS[`${request.method} ${request.url}`];
    response.writeHead(answer === undefined ? 500 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return runHere(line.split(' '), { env: { COUNTERSIGN_URL: url, COUNTERSIGN_KEY: 'cs_x' } });
}

describe('parked subjects', () => {
  it('are listed and shown', async () => {
    const listed = await run('parked ls');
    expect(listed.stdout).toMatch(
      /^a1 +meter-service\.quota\.v1 +toolcall-1 +agent\.tool\.called +2 +Bad: it is bad$/m,
    );
    expect(listed.stdout).toContain('TypeError: bad\\u001b[2J');
    expect((await run('parked show a1')).stdout).toMatch(/^attempts +5$/m);
  });

  it('are released, or stay', async () => {
    expect(await run('parked retry a1 --json')).toMatchObject({ code: 0 });
    const stays = await run('parked retry b2 --json');
    expect(stays.code).toBe(6);
    expect(json(stays)).toMatchObject({ state: 'parked' });
  });
});

describe('dead letters', () => {
  it('are listed and shown, with what somebody wrote made harmless', async () => {
    const listed = await run('dlq ls');
    expect(listed.stdout).toMatch(
      /^d1 +refused +acme +agent\.tool\.called +one\.v1, two\.v1 +malformed_record: no JSON$/m,
    );
    const shown = await run('dlq show d1');
    expect(shown.stdout).toContain('no JSON\\u001b[2J');
    expect(shown.stdout).toContain('agent.tool.called');
    expect(json(await run('dlq show d1 --json'))).toMatchObject({ record: { key: base64('acme') } });
  });

  it('are replayed, or released where they are parked', async () => {
    const replayed = await run('dlq retry d1 --json');
    expect(replayed.code).toBe(0);
    expect(json(replayed)).toMatchObject({ state: 'replayed', replayed: 2 });
    const stays = await run('dlq retry d2 --json');
    expect(stays.code).toBe(6);
    expect(json(stays)).toMatchObject({
      state: 'parked',
      parked: [{ state: 'released' }, { state: 'parked' }],
    });
    expect(json(await run('dlq retry d3 --json'))).toMatchObject({ state: 'released' });
    const expired = await run('dlq retry d4 --json');
    expect([expired.code, json(expired)]).toMatchObject([6, { state: 'expired', replayed: 0 }]);
  });
});

describe('a kill switch that is not effective in time', () => {
  it('is told by the exit code', async () => {
    const on = await run('kill on all --reason x --yes');
    expect(on.code).toBe(6);
    expect(on.stderr).toContain('not yet known to be effective');
    expect(await run('kill drill all --reason x')).toMatchObject({
      code: 6,
      stdout: 'not effective in time: engaged at position 7\n',
    });
  });
});

describe('an approval whose arguments are erased', () => {
  it('is shown as such, and not approved', async () => {
    expect((await run('approvals show c1')).stdout).toContain('arguments\n(erased)');
    const approve = await run('approvals approve c1 --reason x --yes');
    expect(approve).toMatchObject({ code: 7, stdout: '' });
    expect(approve.stderr).toContain('nobody can see');
  });
});

describe('what is no answer of Countersign', () => {
  it('is unreachable, not a list', async () => {
    expect(await run('users ls')).toMatchObject({ code: 4, stdout: '' });
  });
});

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function deadLetter(id: string, parkedIds: readonly string[] = []) {
  const at = '2026-11-21T09:05:00.000Z';
  const cause = { code: 'malformed_record', message: 'no JSON', attempts: 1 };
  const error = { ...cause, first_attempt_at: at, last_attempt_at: at };
  return {
    id,
    topic: 'agent.tool',
    partition: 3,
    offset: '17',
    key: 'acme',
    event_type: 'agent.tool.called',
    state: parkedIds.length > 0 ? 'parked' : 'refused',
    parked_ids: parkedIds,
    errors: ['one.v1', 'two.v1'].map((consumer) => ({ consumer, ...error })),
  };
}

function parked(id: string) {
  return {
    id,
    processor: 'meter-service.quota.v1',
    subject: 'toolcall-1',
    event_id: 'e',
    event_type: 'agent.tool.called',
    position: '9',
    error: { code: 'Bad', message: 'it is bad' },
    attempts: 5,
    waiting: 2,
    parked_at: '2026-01-01T00:00:00.000Z',
  };
}

function killSwitch(state: 'engaged' | 'released') {
  return {
    id: 'k1',
    state,
    scope: 'all',
    target: null,
    reason: 'x',
    by: { kind: 'user', id: 'owner' },
    drill: false,
    expires_at: null,
    engaged_at: '2026-01-01T00:00:00.000Z',
    engaged_position: '7',
    effective_position: null,
    ended_position: null,
  };
}

function approval() {
  return {
    id: 'c1',
    state: 'waiting',
    agent_id: 'helper',
    user_id: 'alice',
    tool_name: 'delete-file',
    arguments_digest: 'd'.repeat(43),
    reasoning: null,
    risks: [],
    reasons: [],
    approvers: ['role:operator'],
    quorum: { needed: 1, given: 0 },
    created_at: '2026-01-01T00:00:00.000Z',
    expires_at: '2026-01-01T00:01:00.000Z',
    position: '3',
  };
}
