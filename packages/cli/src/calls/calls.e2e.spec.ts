import { connect } from '@countersign/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, json, startInstallation, waitingCall } from '../testing/installation.ts';

/** A deadline for what follows by itself, not a measure. */
const EVENTUALLY = { timeout: 30_000 };

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation();
});
afterAll(() => installation[Symbol.asyncDispose]());

const run = (...parameters: Parameters<Installation['run']>) => installation.run(...parameters);

const read = () =>
  installation.agent.guard(
    { tool: 'read-file', arguments: { path: '/tmp/a' }, reason: 'to look' },
    () => 'text',
  );

async function idOf(call: ReturnType<typeof read>): Promise<string> {
  const result = await call;
  if (result.verdict !== 'executed') throw new Error(`the call is ${result.verdict}`);
  return result.callId;
}

describe('calls', () => {
  it('are listed by status and agent, and shown', async () => {
    const id = await idOf(read());
    const waiting = await waitingCall(installation);
    const done = json<{ items: { id: string; status: string }[] }>(
      await run('calls ls --status succeeded --json'),
    );
    expect(done.items.map((call) => call.id)).toContain(id);
    expect(done.items.every(({ status }) => status === 'succeeded')).toBe(true);
    expect((await run('calls ls --agent helper')).stdout).toMatch(
      new RegExp(`^${waiting} +awaiting_approval +helper +alice +delete-file +\\S+ +destructive$`, 'm'),
    );
    expect(await run('calls ls --agent nobody')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'nothing to list\n',
    });
    expect(json(await run(`calls get ${id} --json`))).toMatchObject({
      id,
      status: 'succeeded',
      verdict: 'allow',
    });
    expect((await run(`calls get ${id}`)).stdout).toMatch(/^arguments +\{"path":"\/tmp\/a"\}$/m);
  });

  it('have a timeline: every event, a line each, in ledger order', async () => {
    const id = await idOf(read());
    let stdout = '';
    let types: string[] = [];
    // The meter counts what was told after the outcome has been answered.
    await expect
      .poll(async () => {
        ({ stdout } = await run(`calls timeline ${id}`));
        types = stdout.split('\n').flatMap((line) => /^ *\d+ +\S+ +(\S+)/.exec(line)?.[1] ?? []);
        return types.at(-1);
      }, EVENTUALLY)
      .toBe('agent.quota.committed');
    expect(types).toEqual([
      'agent.decision.made',
      'agent.tool.requested',
      'agent.tool.evaluated',
      'agent.quota.reserved',
      'agent.tool.authorized',
      'agent.permit.redeemed',
      'agent.tool.called',
      'agent.quota.committed',
    ]);
    expect(stdout).toContain('read-file {"path":"/tmp/a"} because "to look"');
    const timeline = json<{ items: { type: string }[] }>(await run(`calls timeline ${id} --json`));
    expect(timeline.items.map(({ type }) => type)).toEqual(types);
  });

  it('answer a wait with the decision as exit code', async () => {
    const allowed = await idOf(read());
    expect((await run(`calls get ${allowed} --wait 0`)).code).toBe(0);
    const open = await waitingCall(installation);
    expect((await run(`calls get ${open} --wait 0`)).code).toBe(6);
    const refused = run(`calls get ${open} --wait 30 --json`);
    expect((await run(`approvals deny ${open} --reason no`, { as: 'olga' })).code).toBe(0);
    const answer = await refused;
    expect(answer.code).toBe(5);
    expect(json(answer)).toMatchObject({ id: open, status: 'blocked' });
  });

  it('are followed, one of them or all, as lines or as JSON', async () => {
    const open = await waitingCall(installation);
    const { position } = await installation.owner.toolCalls.get(open);
    await idOf(read());
    const all = await run(`calls tail --after ${position} --count 3 --json`);
    const events = all.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ type }) => type)).toEqual([
      'agent.decision.made',
      'agent.tool.requested',
      'agent.tool.evaluated',
    ]);
    const one = run(`calls tail ${open} --after ${position} --count 2`);
    await run(`approvals deny ${open} --reason no`, { as: 'olga' });
    const { code, stdout } = await one;
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /agent\.approval\.voted +user olga: deny, "no"\n.*agent\.approval\.denied +denied after \d+ ms\n$/,
    );
  });

  it('end being followed when the terminal is interrupted', async () => {
    const interrupted = new AbortController();
    const onStdout = () => interrupted.abort();
    expect(await run('calls tail --after 0', { signal: interrupted.signal, onStdout })).toMatchObject({
      code: 0,
    });
  });

  it('that nobody knows, or may see, are no calls', async () => {
    const nobody = '01a1fda9-c102-75dd-8a00-7c0e0c769389';
    expect(await run(`calls get ${nobody}`)).toMatchObject({ code: 2, stdout: '' });
    expect(await run('calls ls --status done')).toMatchObject({ code: 2, stdout: '' });
  });

  it('show deceptive text as what it is', async () => {
    const reason = 'fine\u202Egpj.exe\u200B \u001B[2J\u0007';
    const stranger = connect({
      url: installation.standalone.url,
      key: installation.keys.owner,
      agentId: 'helper',
    });
    const { id } = await stranger.toolCalls.announce({
      agent_id: 'helper',
      tool_name: 'read-file',
      arguments: { path: '\u001B]0;title\u0007' },
      reason,
    });
    for (const line of [`calls timeline ${id}`, `calls timeline ${id} --json`, `calls get ${id}`]) {
      const { stdout } = await run(line);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]/);
    }
    const timeline = json<{ items: { data: { reason?: string } }[] }>(
      await run(`calls timeline ${id} --json`),
    );
    expect(timeline.items.find(({ data }) => data.reason !== undefined)?.data.reason).toBe(reason);
  });
});

describe('events', () => {
  it('are listed by type, subject and place', async () => {
    const id = await idOf(read());
    const line = `events ls --subject toolcall-${id} --types agent.tool.requested,agent.tool.called --json`;
    const { items, next } = json<{ items: { type: string; subject: string }[]; next: string | null }>(
      await run(line),
    );
    expect(items.map(({ type }) => type)).toEqual(['agent.tool.requested', 'agent.tool.called']);
    expect(next).toBeNull();
    const page = await run('events ls --limit 2');
    expect(page.stdout.trim().split('\n')).toHaveLength(2);
    expect(page.stderr).toMatch(/^more: --after \d+\n$/);
    const keys = await run('events ls --types apikey.created,policy.published');
    expect(keys.stdout).toMatch(/policy-default:default by system countersign\n/);
    expect(keys.stdout).toMatch(/apikey-\S+ by user owner\n/);
    expect(await run('events ls --limit none')).toMatchObject({ code: 2, stdout: '' });
    expect(await run('events ls', { as: 'vera' })).toMatchObject({ code: 5, stdout: '' });
  });

  it('are followed from a position', async () => {
    const { stdout } = await run('events tail --after 0 --count 3 --types user.registered');
    expect(stdout.trim().split('\n')).toHaveLength(3);
    expect(stdout).toContain('user-default:owner by system countersign');
  });
});

describe('meters', () => {
  it('are listed by scope', async () => {
    await idOf(read());
    const { items } = json<{ items: { key: string; used: number }[] }>(await run('meters ls --json'));
    expect(items.find(({ key }) => key === 'tool_calls')?.used).toBeGreaterThan(0);
    expect((await run('meters ls --scope organization:default')).stdout).toMatch(
      /^tool_calls +organization:default/m,
    );
    expect(await run('meters ls --scope user:nobody')).toMatchObject({ code: 0, stdout: '' });
  });
});
