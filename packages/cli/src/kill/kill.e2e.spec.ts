import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, json, startInstallation } from '../testing/installation.ts';

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation();
});
afterAll(() => installation[Symbol.asyncDispose]());

const run = (...parameters: Parameters<Installation['run']>) => installation.run(...parameters);

const verdict = async () =>
  (await installation.agent.guard({ tool: 'read-file', arguments: { path: '/a' }, reason: 'look' }, () => 1))
    .verdict;

describe('kill switches', () => {
  it('stop an agent until they are released', async () => {
    const on = await run(`kill on agent helper --reason 'runs wild' --for 15m --yes --json`, { as: 'olga' });
    expect(on.code).toBe(0);
    const { id, state, expires_at } = json<{ id: string; state: string; expires_at: string }>(on);
    expect(state).toBe('effective');
    expect(Date.parse(expires_at)).toBeGreaterThan(Date.now());
    expect(await verdict()).toBe('denied');
    expect((await run('kill ls --state effective')).stdout).toMatch(
      new RegExp(`^${id} +effective +agent helper +no +user:olga +\\S+ +runs wild$`, 'm'),
    );
    expect(json(await run(`kill off ${id} --reason calm --yes --json`, { as: 'olga' }))).toMatchObject({
      id,
      state: 'released',
    });
    expect(await verdict()).toBe('executed');
  });

  it('take a second confirmation', async () => {
    const unseen = await run('kill on agent helper --reason x');
    expect(unseen).toMatchObject({ code: 2, stdout: '' });
    expect(unseen.stderr).toContain('add --yes');
    const no = await run('kill on agent helper --reason x', { terminal: true, input: 'n' });
    expect(no).toMatchObject({ code: 5, stdout: '' });
    expect(await verdict()).toBe('executed');
    const yes = await run('kill on agent helper --reason x --json', { terminal: true, input: 'y' });
    expect(yes.code).toBe(0);
    expect(await verdict()).toBe('denied');
    const { id } = json(yes);
    expect(await run(`kill off ${id} --reason x`)).toMatchObject({ code: 2 });
    expect((await run(`kill off ${id} --reason x`, { terminal: true, input: 'y' })).code).toBe(0);
    expect(await verdict()).toBe('executed');
  });

  it('are drilled without stopping anybody', async () => {
    const drill = await run('kill drill organization --reason monthly');
    expect(drill).toMatchObject({ code: 0 });
    expect(drill.stdout).toMatch(/^effective: engaged at position \d+, known everywhere at \d+\n$/);
    expect(await verdict()).toBe('executed');
    expect((await run('kill ls --state released')).stdout).toMatch(/organization .* yes +user:owner/m);
  });

  it('are not everybody’s', async () => {
    expect(await run('kill on agent helper --reason x --yes', { as: 'vera' })).toMatchObject({
      code: 5,
      stdout: '',
    });
    expect(await run('kill on planet earth --reason x --yes')).toMatchObject({ code: 2, stdout: '' });
    expect(await run('kill on agent helper --yes')).toMatchObject({ code: 2, stdout: '' });
    expect(await verdict()).toBe('executed');
  });
});
