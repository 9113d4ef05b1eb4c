import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '@countersign/sdk';
import { temporaryDirectory } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, json, startInstallation } from '../testing/installation.ts';

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation();
});
afterAll(() => installation[Symbol.asyncDispose]());

const run = (...parameters: Parameters<Installation['run']>) => installation.run(...parameters);

describe('agents', () => {
  it('are registered from options, listed, shown, disabled and enabled', async () => {
    const put = await run(
      'agents put scribe --owner alice --acts-for alice,olga --display-name Scribe --json',
    );
    expect(put).toMatchObject({ code: 0, stderr: '' });
    expect(json(put)).toMatchObject({
      id: 'scribe',
      owner: 'alice',
      acts_for: ['alice', 'olga'],
      enabled: true,
    });

    const disabled = await run(`agents disable scribe --reason 'holiday' --json`);
    expect(json(disabled)).toMatchObject({ id: 'scribe', enabled: false });
    const listed = await run('agents ls');
    expect(listed.stdout).toMatch(/^ID +OWNER +PROJECT +ACTS FOR +ENABLED +NAME$/m);
    expect(listed.stdout).toMatch(/^scribe +alice +default +alice, olga +no +Scribe$/m);
    expect(json(await run('agents enable scribe --reason back --json'))).toMatchObject({ enabled: true });
    expect((await run('agents get scribe')).stdout).toMatch(/^display_name +Scribe$/m);
  });

  it('are registered from a JSON file, with options over it', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'agent.json');
    await writeFile(file, '{"owner": "alice", "acts_for": "any", "display_name": "From the file"}');
    const put = await run(`agents put filed --file ${file} --display-name 'From the option' --json`);
    expect(json(put)).toMatchObject({ owner: 'alice', acts_for: 'any', display_name: 'From the option' });
  });

  it('page: what is left is told on stderr, and goes on after it', async () => {
    const first = await run('agents ls --limit 1 --json');
    const { items, next } = json<{ items: { id: string }[]; next: string }>(first);
    expect(items).toHaveLength(1);
    expect(first.stderr).toBe(`more: --after ${next}\n`);
    const rest = json<{ items: { id: string }[] }>(await run(`agents ls --after ${next} --json`));
    expect(rest.items.map(({ id }) => id)).not.toContain(items[0]!.id);
    expect(rest.items.length).toBeGreaterThan(0);
  });
});

describe('tools', () => {
  const declaration = JSON.stringify({
    description: 'Sends a letter',
    input_schema: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] },
    action: 'execute',
  });

  it('are declared from stdin, changed by options, and withdrawn', async () => {
    const first = json(await run('tools put send-letter --file - --json', { input: declaration }));
    expect(first).toMatchObject({ name: 'send-letter', version: 1 });
    const line = 'tools put send-letter --file - --cost-micros 550000 --sensitivity high --requires-approval';
    const second = json(await run(`${line} --json`, { input: declaration }));
    expect(second).toMatchObject({ version: 2 });
    expect(second.definition_hash).not.toBe(first.definition_hash);
    expect(json(await run('tools get send-letter --json'))).toMatchObject({
      cost_micros: 550_000,
      sensitivity: 'high',
      requires_approval: true,
    });
    expect((await run('tools ls')).stdout).toMatch(
      /^send-letter +execute +high +no +yes +550000 +2 +Sends a letter$/m,
    );
    expect(json(await run('tools withdraw send-letter --json'))).toEqual({
      name: 'send-letter',
      withdrawn: true,
    });
    expect((await run('tools get send-letter')).code).toBe(2);
  });

  it('take their schema out of a file of its own', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'schema.json');
    await writeFile(file, '{"type": "object", "properties": {"to": {"type": "string"}}}');
    const put = await run(`tools put post --description Posts --action create --input-schema ${file} --json`);
    expect(json(put)).toMatchObject({ name: 'post' });
    expect(json(await run('tools get post --json'))).toMatchObject({
      input_schema: { properties: { to: { type: 'string' } } },
    });
  });

  it('name every field that is wrong, and change nothing', async () => {
    const wrong = await run('tools put bad --file - --json', {
      input: '{"description": 3, "action": "fly", "input_schema": {}, "colour": "red"}',
    });
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    const { error } = JSON.parse(wrong.stderr);
    expect(error).toMatchObject({ code: 'invalid_request', exit_code: 2 });
    expect(error.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual(
      expect.arrayContaining(['/action', '/colour', '/description']),
    );
    expect((await run('tools get bad')).code).toBe(2);
  });
});

describe('users', () => {
  it('are registered with roles in scopes', async () => {
    const put = await run(
      'users put bob --role operator@organization:default --role viewer@project:default --approval-level always --trust-score 900 --json',
    );
    expect(json(put)).toMatchObject({
      id: 'bob',
      roles: [
        { scope: { organization: 'default' }, role: 'operator' },
        { scope: { project: 'default' }, role: 'viewer' },
      ],
      approval_level: 'always',
      trust_score: 900,
    });
    expect((await run('users ls')).stdout).toMatch(
      /^bob +operator@organization:default, viewer@project:default +always +900/m,
    );
    expect((await run('users get bob')).stdout).toMatch(/^trust_score +900$/m);
  });

  it('refuses what is no role in a scope', async () => {
    const wrong = await run('users put bob --role operator');
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toContain('operator@organization:default');
  });

  it('keep what is not named when they are changed, until it is taken away', async () => {
    const roles = [{ scope: { organization: 'default' }, role: 'viewer' }];
    await run('users put dora --role viewer@organization:default --trust-score 900');
    const renamed = json(await run('users put dora --display-name Dora --json'));
    expect(renamed).toMatchObject({ display_name: 'Dora', roles, trust_score: 900 });
    const stripped = json(await run('users put dora --no-roles --json'));
    expect(stripped).toMatchObject({ display_name: 'Dora', roles: [], trust_score: 900 });
  });

  it('have no roles if none are named', async () => {
    expect(json(await run('users put carol --json'))).toMatchObject({ id: 'carol', roles: [] });
  });

  it('are told once what is wrong with a single field', async () => {
    const wrong = await run('users put carol --role king@organization:default');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr.match(/is no role of its scope/g)).toHaveLength(1);
  });
});

describe('keys', () => {
  it('are shown once on stdout, hold, are listed without the key, and end', async () => {
    const made = await run('keys create --user olga --name laptop --expires-in 1h');
    expect(made.stdout).toMatch(/^cs_\S+\n$/);
    const key = made.stdout.trim();
    const client = connect({ url: installation.standalone.url, key });
    await expect(client.tools.list()).resolves.toHaveProperty('items');
    const [, id] = /^key (\S+) of user olga$/m.exec(made.stderr) ?? [];
    const listed = await run('keys ls --json');
    expect(listed.stdout).not.toContain(key);
    expect(json<{ items: object[] }>(listed).items).toContainEqual(
      expect.objectContaining({ id, name: 'laptop', principal: { kind: 'user', id: 'olga' } }),
    );
    expect(json(await run(`keys revoke ${id} --json`))).toEqual({ id, revoked: true });
    await expect(client.tools.list()).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('go to a new private file on demand, and are then not shown', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'olga.key');
    const made = await run(`keys create --user olga --out ${file} --json`);
    const key = (await readFile(file, 'utf8')).trim();
    expect(key).toMatch(/^cs_/);
    expect(made.stdout + made.stderr).not.toContain(key);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const before = json<{ items: object[] }>(await run('keys ls --json')).items.length;
    expect(await run(`keys create --user olga --out ${file}`)).toMatchObject({ code: 2, stdout: '' });
    expect(json<{ items: object[] }>(await run('keys ls --json')).items).toHaveLength(before);
  });

  it.each(['keys create', 'keys create --user olga --agent helper'])('refuses %s', async (line) => {
    const wrong = await run(line);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toContain('--user <id>');
  });
});

describe('a key that is rotated', () => {
  it('is good beside the new one for as long as was said, and not at all otherwise', async () => {
    const first = json<{ id: string; key: string }>(await run('keys create --service mover --json'));
    const second = json<{ id: string; key: string }>(
      await run(`keys rotate ${first.id} --overlap 1h --name moved --json`),
    );
    expect(second).toMatchObject({ name: 'moved', principal: { kind: 'service', id: 'mover' } });
    const lists = (key: string) => connect({ url: installation.standalone.url, key }).toolCalls.list();
    await expect(lists(first.key)).resolves.toHaveProperty('items');
    await expect(lists(second.key)).resolves.toHaveProperty('items');
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'mover.key');
    expect(await run(`keys rotate ${second.id} --out ${file}`)).toMatchObject({
      code: 0,
      stdout: `${file}\n`,
    });
    await expect(lists(second.key)).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(lists((await readFile(file, 'utf8')).trim())).resolves.toHaveProperty('items');
    expect((await run(`keys rotate ${first.id}`)).code).not.toBe(0);
  });
});

describe('invitations', () => {
  it('make a user of who has the token, once, and are listed without it', async () => {
    const made = await run(
      'invitations create ines --role operator@organization:default --handle ines@example.org',
    );
    const token = made.stdout.trim();
    const [, id] = /^invitation (\S+) of ines$/m.exec(made.stderr) ?? [];
    const listed = await run('invitations ls --state pending');
    expect(listed.stdout).toMatch(
      new RegExp(`^${id} +ines +pending +\\S+ +operator@organization:default`, 'm'),
    );
    expect(listed.stdout).not.toContain(token);
    const accepted = await run(`invitations accept ${id} --key-name laptop --key ${token}`);
    expect(accepted.stdout).toMatch(/^cs_\S+\n$/);
    const ines = connect({ url: installation.standalone.url, key: accepted.stdout.trim() });
    await expect(ines.users.get('ines')).resolves.toMatchObject({ id: 'ines' });
    expect((await run(`invitations accept ${id} --key ${token}`)).code).not.toBe(0);
    expect(json(await run('users rm ines --json'))).toEqual({ id: 'ines', removed: true });
    await expect(ines.users.get('ines')).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('are taken back', async () => {
    const { id, token } = json<{ id: string; token: string }>(await run('invitations create tim --json'));
    expect(json(await run(`invitations revoke ${id} --json`))).toEqual({ id, revoked: true });
    expect((await run(`invitations accept ${id} --key ${token}`)).code).not.toBe(0);
  });
});

describe('groups, workspaces and projects', () => {
  it('have the members that were named, and no others', async () => {
    expect(json(await run('groups put crew --member user:olga --member service:ci --json'))).toMatchObject({
      members: [
        { kind: 'service', id: 'ci' },
        { kind: 'user', id: 'olga' },
      ],
    });
    expect((await run('groups ls')).stdout).toMatch(/^crew +service:ci, user:olga$/m);
    for (const [line, said] of [
      ['groups put crew', '--member <kind:id>'],
      ['groups put crew --member olga', 'user:<id>'],
    ] as const)
      expect(await run(line)).toMatchObject({ code: 2, stderr: expect.stringContaining(said) });
    expect(json(await run('groups put crew --no-members --json'))).toMatchObject({ members: [] });
    expect(json(await run('groups rm crew --json'))).toEqual({ id: 'crew', removed: true });
    expect((await run('groups get crew')).code).toBe(2);
  });

  it('are made and listed where they lie', async () => {
    expect(json(await run('workspaces put research --json'))).toMatchObject({ id: 'research' });
    expect((await run('workspaces ls')).stdout).toMatch(/^research /m);
    const put = await run('projects put web --workspace research --json');
    expect(json(put)).toMatchObject({ id: 'web', workspace: 'research' });
    expect((await run('projects ls --workspace research')).stdout).toMatch(/^web +research /m);
    expect((await run('projects ls --workspace default')).stdout).not.toMatch(/^web /m);
    expect((await run('projects get web')).stdout).toMatch(/^workspace +research$/m);
  });
});

describe('plans and organizations', () => {
  it('put an organization on a plan that is read from stdin', async () => {
    const plan = {
      counters: { tool_calls: { limit: 5, scope: 'organization', period: 'monthly', strict: true } },
    };
    const put = await run('plans put tiny --file - --description Small --json', {
      input: JSON.stringify(plan),
    });
    expect(json(put)).toMatchObject({ slug: 'tiny', plan: { description: 'Small' } });
    expect((await run('plans ls')).stdout).toMatch(/^tiny +\S+ +Small$/m);
    expect(json(await run('plans get tiny --json'))).toMatchObject({ slug: 'tiny' });

    expect(
      json(await run('orgs create acme --plan tiny --zone Europe/Berlin --anchor-day 15 --json')),
    ).toMatchObject({
      id: 'acme',
      plan: 'tiny',
      zone: 'Europe/Berlin',
      anchor_day: 15,
    });
    expect(json(await run('orgs plan acme unlimited --json'))).toMatchObject({
      id: 'acme',
      plan: 'unlimited',
    });
    expect((await run('orgs ls')).stdout).toMatch(/^acme +unlimited +Europe\/Berlin +15/m);
    expect((await run('--organization acme users ls --json')).code).toBe(0);
    expect((await run('orgs create acme')).code).toBe(7);
  });

  it('names everything that is wrong with a plan', async () => {
    const wrong = await run('plans put odd --file - --json', {
      input: '{"counters": {"steps": {"limit": -1}}}',
    });
    expect(wrong.code).toBe(2);
    expect(JSON.parse(wrong.stderr).error).toMatchObject({ code: 'plan_invalid' });
    expect(JSON.parse(wrong.stderr).error.errors.length).toBeGreaterThan(0);
  });
});
