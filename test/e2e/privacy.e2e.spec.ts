import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { routes } from '@countersign/contracts';
import { type Call, caller } from '@countersign/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { fieldsWith, freeTextFields } from './free-text.ts';
import { announcement, type Installation, registerBasics, startInstallation } from './installation.ts';
import { plantAccess } from './plant-access.ts';

/**
 * Marked values in every free-text and personal field of every route, refused ones included; then a search of every
 * file of the data directory, the log and the metrics for them, and for keys and permits. Clear by the contract: ids, tool
 * definitions, policies, plans.
 */
let installation: Installation;
let owner: Call;
let agent: Call;
let olga: Call;
const planted: string[] = [];
/** Fields that a marked value was accepted in. */
const accepted = new Set<string>();

/** A value that occurs nowhere else. */
const mark = (where: string): string => {
  const value = `MARK-${where}-${planted.length}-Zoë`;
  planted.push(value);
  return value;
};

const noting =
  (call: Call): Call =>
  async (method, path, body, headers) => {
    const answer = await call(method, path, body, headers);
    if (answer.status < 300 && body) {
      for (const field of fieldsWith(planted, method, path, body)) accepted.add(field);
    }
    return answer;
  };

beforeAll(async () => {
  installation = await startInstallation({ COUNTERSIGN_LOG_LEVEL: 'trace' });
  await registerBasics(installation);
  owner = noting(installation.owner);
  agent = noting(await installation.as('agent', 'helper'));
  olga = noting(await installation.as('user', 'olga'));
});

const call = async (tool: string, more: object = {}, headers: Record<string, string> = {}) => {
  const given = {
    agent_id: 'helper',
    tool_name: tool,
    arguments: { path: mark('argument') },
    reason: mark('reason'),
    reasoning: mark('reasoning'),
    ...more,
  };
  const { body } = await agent('POST', '/v1/tool-calls', given, headers);
  return { ...body, given: given.arguments };
};

/** A marked value as headers can hold it. */
const inHeader = (where: string): string => {
  const value = mark(where).slice(0, -4);
  planted.push(value);
  return value;
};

/** The forms in which a value could stand somewhere; of base64 the part that does not depend on what is around it. */
function formsOf(value: string): string[] {
  const encoded = [0, 1, 2].map((shift) => {
    const text = Buffer.from('-'.repeat(shift) + value).toString('base64url');
    return text.slice(shift === 0 ? 0 : 4, 4 + 20);
  });
  const ascii = value.replaceAll(/[^ -~]+.*/g, '');
  return [value, ascii, encodeURIComponent(value), ...encoded];
}

/** Everything that the installation keeps or says outside of answers. */
function traces(): Map<string, Buffer> {
  const found = new Map<string, Buffer>([['log', Buffer.from(installation.process.output())]]);
  const { dataDirectory } = installation.process;
  for (const name of readdirSync(dataDirectory)) {
    if (statSync(join(dataDirectory, name)).isFile())
      found.set(name, readFileSync(join(dataDirectory, name)));
  }
  return found;
}

describe('free text and personal data', () => {
  it('are in answers for who may read them, and nowhere else in the clear', async () => {
    await owner('PUT', '/v1/users/zoe', { display_name: mark('user-name'), roles: [] });
    await owner('PUT', '/v1/agents/noter', { owner: 'zoe', display_name: mark('agent-name') });
    await owner('POST', '/v1/agents/noter/disable', { reason: mark('disable') });
    await owner('POST', '/v1/agents/noter/enable', { reason: mark('enable') });
    const principal = { kind: 'user', id: 'zoe' };
    const { body: key } = await owner('POST', '/v1/keys', { principal, name: mark('key-name') });
    const { body: drill } = await owner('POST', '/v1/kill-switches', {
      scope: 'agent',
      target: 'noter',
      reason: mark('kill'),
      drill: true,
    });
    await owner('POST', `/v1/kill-switches/${drill.id}/release`, { reason: mark('release') });

    await owner('PUT', '/v1/agents/bystander', { owner: 'zoe' });
    const bearing = (token: string) => noting(caller(installation.process.url, token));
    const look = (value: string) => void planted.push(value);
    await plantAccess({ owner, agent, olga, bearing, mark, planted: look });

    await owner('PUT', '/v1/legal-holds/case', { reason: mark('hold') });
    await owner('DELETE', '/v1/legal-holds/case');

    const allowed = await call('read-file', { redeem: true });
    await agent('POST', `/v1/tool-calls/${allowed.id}/outcome`, {
      permit: allowed.permit.token,
      success: false,
      result: { text: mark('result') },
      error: mark('error'),
    });
    const handed = await call('read-file', {}, { 'idempotency-key': inHeader('key') });
    const permit = { permit: handed.permit.token, arguments: handed.given };
    await agent('POST', '/v1/permits/verify', permit);
    await agent('POST', '/v1/permits/redeem', permit);
    planted.push(key.key, handed.permit.token.slice(4));
    const asked = await call('delete-file');
    const digest = { arguments_digest: asked.arguments_digest };
    await olga('POST', `/v1/approvals/${asked.id}/decision`, {
      decision: 'deny',
      reason: mark('vote'),
      ...digest,
    });
    const approved = await call('delete-file');
    await olga('POST', `/v1/approvals/${approved.id}/decision`, {
      decision: 'approve',
      reason: mark('approve'),
      arguments_digest: approved.arguments_digest,
    });
    // Refused: recorded ones, and ones that never become calls.
    await call('no-such-tool');
    await call('read-file', { user_id: 'zoe' });
    await call('read-file', { arguments: { other: mark('bad-argument'), [mark('argument-name')]: 1 } });
    await agent('POST', '/v1/tool-calls', {
      ...announcement('read-file', mark('unknown-field')),
      [mark('field')]: mark('value'),
    });
    await agent('POST', '/v1/tool-calls', { agent_id: mark('bad-id'), reason: 7 });
    await agent('GET', `/v1/tool-calls/${encodeURIComponent(mark('path'))}`);
    await agent('GET', `/v1/tool-calls?status=${encodeURIComponent(mark('query'))}`);
    await caller(installation.process.url, inHeader('not-a-key'))('GET', '/v1/agents');
    for (const header of ['user-agent', 'traceparent', 'x-request-id', 'referer', 'cookie', 'origin']) {
      await call('read-file', {}, { [header]: inHeader(header) });
    }
    await agent('POST', '/v1/permits/redeem', {
      permit: mark('permit'),
      arguments: { path: mark('redeemed') },
    });
    for (const route of Object.values(routes)) {
      if (!('body' in route)) continue;
      const path = route.path.replaceAll(/\{\w+\}/g, 'some-id');
      await agent(route.method, path, {
        reason: mark(route.operationId),
        display_name: mark('name'),
        text: mark('text'),
      });
    }

    const { body: timeline } = await olga('GET', `/v1/tool-calls/${allowed.id}/timeline`);
    expect(JSON.stringify(timeline)).toContain(planted.find((value) => value.startsWith('MARK-result')));

    const metrics = await (await fetch(`${installation.process.url}/metrics`)).text();
    const running = traces().set('metrics', Buffer.from(metrics));
    // What is written behind is on the disk at the end at the latest.
    await installation.process.stop();
    const stopped = traces();
    for (const files of [running, stopped]) {
      expect([...files.keys()]).toEqual(
        expect.arrayContaining(['ledger.sqlite', 'views.sqlite', 'keys.sqlite']),
      );
    }
    const leaks: string[] = [];
    for (const [name, bytes] of [...running, ...stopped]) {
      const kept = planted.filter((value) => formsOf(value).some((form) => bytes.includes(form)));
      leaks.push(...kept.map((value) => `${name}: ${value}`));
    }
    expect(leaks).toEqual([]);
    // Nothing was left out: neither a field, nor the beginning of the log.
    expect(freeTextFields().filter((field) => !accepted.has(field))).toEqual([]);
    expect(stopped.get('log')?.toString()).toContain('"msg":"starting"');
  });
});
