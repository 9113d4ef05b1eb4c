import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, json, startInstallation, waitingCall } from '../testing/installation.ts';

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation();
});
afterAll(() => installation[Symbol.asyncDispose]());

const run = (...parameters: Parameters<Installation['run']>) => installation.run(...parameters);
const stateOf = async (id: string) => (await installation.owner.approvals.get(id)).state;

describe('approvals', () => {
  it('that wait are listed, others by their state', async () => {
    const id = await waitingCall(installation, '/tmp/listed');
    expect((await run('approvals ls', { as: 'olga' })).stdout).toMatch(
      new RegExp(`^${id} +helper +delete-file +\\{"path":"/tmp/listed"\\} +clean up +0/1`, 'm'),
    );
    await run(`approvals deny ${id} --reason no`, { as: 'olga' });
    const denied = json<{ items: { id: string }[] }>(await run('approvals ls --state denied --json'));
    expect(denied.items.map((approval) => approval.id)).toContain(id);
  });

  it('show what would be executed, and mark the agent’s words', async () => {
    const id = await waitingCall(installation, '/tmp/\u202Etxt.a', 'fine\nstate  granted\u001B[1A');
    const { code, stdout } = await run(`approvals show ${id}`);
    const { arguments_digest: digest } = await installation.owner.approvals.get(id);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^state +waiting$/m);
    expect(stdout).toMatch(new RegExp(`^digest +${digest}$`, 'm'));
    expect(stdout).toContain('  "path": "/tmp/\\u202etxt.a"');
    expect(stdout).toContain('| fine\n| state  granted\\u001b[1A');
    expect(json(await run(`approvals show ${id} --json`))).toMatchObject({ id, state: 'waiting' });
  });

  it('show texts of several lines twice: exactly, and readably', async () => {
    const id = await waitingCall(installation, 'one\ntwo\u200b');
    const { stdout } = await run(`approvals show ${id}`);
    expect(stdout).toContain('  "path": "one\\ntwo\\u200b"');
    expect(stdout).toContain('the same path, line by line\n| one\n| two\\u200b\n');
  });

  it('are granted to exactly what was shown', async () => {
    const id = await waitingCall(installation, '/tmp/shown');
    const answer = await run(`approvals approve ${id} --reason 'seen it' --yes --json`, { as: 'olga' });
    expect(answer.code).toBe(0);
    expect(json(answer)).toEqual({ id, state: 'granted', quorum: { needed: 1, given: 1 } });
    expect(answer.stderr).toContain('"path": "/tmp/shown"');
    expect(await run(`approvals approve ${id} --reason again --yes`, { as: 'olga' })).toMatchObject({
      code: 7,
    });
  });

  it('take a digest in place of a second confirmation, and refuse another one', async () => {
    const id = await waitingCall(installation);
    const { arguments_digest: digest } = await installation.owner.approvals.get(id);
    const other = `${digest.startsWith('A') ? 'B' : 'A'}${digest.slice(1)}`;
    const wrong = await run(`approvals approve ${id} --reason ok --digest ${other}`, { as: 'olga' });
    expect(wrong).toMatchObject({ code: 7, stdout: '' });
    expect(wrong.stderr).toContain('(digest_mismatch)');
    expect(await stateOf(id)).toBe('waiting');
    const right = await run(`approvals approve ${id} --reason ok --digest ${digest}`, { as: 'olga' });
    expect(right).toMatchObject({ code: 0, stdout: 'granted: 1 of 1 approvals\n' });
  });

  it('need somebody who looks: asked at a terminal, refused without one', async () => {
    const id = await waitingCall(installation);
    const unseen = await run(`approvals approve ${id} --reason ok`, { as: 'olga' });
    expect(unseen).toMatchObject({ code: 2, stdout: '' });
    expect(unseen.stderr).toContain('--digest or --yes');
    const no = await run(`approvals approve ${id} --reason ok`, { as: 'olga', terminal: true, input: 'n' });
    expect(no).toMatchObject({ code: 5, stdout: '' });
    expect(await stateOf(id)).toBe('waiting');
    const yes = await run(`approvals approve ${id} --reason ok`, { as: 'olga', terminal: true, input: 'y' });
    expect(yes.code).toBe(0);
    expect(await stateOf(id)).toBe('granted');
  });

  it('are denied by one person, who is not who may only look', async () => {
    const id = await waitingCall(installation);
    const viewer = await run(`approvals deny ${id} --reason no --json`, { as: 'vera' });
    expect(viewer).toMatchObject({ code: 5, stdout: '' });
    expect(JSON.parse(viewer.stderr).error).toMatchObject({ exit_code: 5 });
    expect(await run(`approvals deny ${id} --reason no`, { as: 'olga' })).toMatchObject({
      code: 0,
      stdout: 'denied: the call is closed\n',
    });
    expect(await stateOf(id)).toBe('denied');
  });

  it('take a reason', async () => {
    const id = await waitingCall(installation);
    const wrong = await run(`approvals approve ${id} --yes`, { as: 'olga' });
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("'--reason <text>'");
  });
});
