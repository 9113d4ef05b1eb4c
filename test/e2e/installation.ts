import {
  type Call,
  caller,
  type StandaloneProcess,
  startStandalone,
  temporaryDirectory,
} from '@countersign/testing';
import { afterAll } from 'vitest';

export interface Installation {
  readonly process: StandaloneProcess;
  readonly owner: Call;
  /** A key for somebody registered, and calls with it. */
  as(kind: 'user' | 'agent' | 'service', id: string): Promise<Call>;
  restart(how: 'stop' | 'kill'): Promise<Installation>;
}

async function installationOf(
  process: StandaloneProcess,
  env: Record<string, string>,
): Promise<Installation> {
  const owner = caller(process.url, process.ownerKey);
  return {
    process,
    owner,
    async as(kind, id) {
      const { status, body } = await owner('POST', '/v1/keys', { principal: { kind, id } });
      if (status !== 201) throw new Error(`no key for ${kind} ${id}: ${JSON.stringify(body)}`);
      return caller(process.url, body.key);
    },
    async restart(how) {
      await (how === 'kill' ? process.kill() : process.stop());
      const again = await startStandalone({ dataDirectory: process.dataDirectory, env });
      running.add(again);
      return installationOf(again, env);
    },
  };
}

const running = new Set<StandaloneProcess>();

/** Starts an installation on an empty directory; it is gone after the file's tests. */
export async function startInstallation(env: Record<string, string> = {}): Promise<Installation> {
  const directory = await temporaryDirectory();
  const process = await startStandalone({ dataDirectory: directory.path, env });
  running.add(process);
  directories.push(directory);
  return installationOf(process, env);
}

const directories: Awaited<ReturnType<typeof temporaryDirectory>>[] = [];

afterAll(async () => {
  await Promise.all([...running].map((one) => one.kill()));
  await Promise.all(directories.map((directory) => directory[Symbol.asyncDispose]()));
});

const PATH_SCHEMA = {
  type: 'object',
  properties: { path: { type: 'string' } },
  required: ['path'],
  additionalProperties: false,
};

/** People, an agent and tools that most tests need: alice owns the agent, olga operates, carol operates too. */
export async function registerBasics({ owner }: Installation): Promise<void> {
  const organization = 'default';
  const operator = [{ scope: { organization }, role: 'operator' }];
  const answers = [
    await owner('PUT', '/v1/users/alice', { roles: [] }),
    await owner('PUT', '/v1/users/olga', { roles: operator }),
    await owner('PUT', '/v1/users/carol', { roles: operator }),
    await owner('PUT', '/v1/agents/helper', { owner: 'alice' }),
    await owner('PUT', '/v1/tools/read-file', {
      description: 'Reads',
      input_schema: PATH_SCHEMA,
      action: 'read',
    }),
    await owner('PUT', '/v1/tools/delete-file', {
      description: 'Deletes',
      input_schema: PATH_SCHEMA,
      action: 'delete',
      destructive: true,
    }),
  ];
  const refused = answers.find(({ status }) => status !== 201);
  if (refused) throw new Error(JSON.stringify(refused.body));
}

/** The body of an announcement by `helper`. */
export function announcement(tool: string, path: string, more: object = {}): object {
  return { agent_id: 'helper', tool_name: tool, arguments: { path }, reason: 'a test', ...more };
}
