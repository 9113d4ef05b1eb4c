import { ownerKeyFile, readOwnerKey } from '@countersign/hosting';
import { createLogger } from '@countersign/telemetry';
import { type Answer, type CollectedLogs, collectLogs, temporaryDirectory } from '@countersign/testing';
import { afterEach } from 'vitest';
import { type Adapters, openAdapters } from '../adapters.ts';
import { buildInstallation, type Installation } from '../composition.ts';
import { readConfig } from '../config.ts';
import { holdToDocument } from './documented.ts';

/** An answer as a test looks at it. */
export type Asked = Pick<Answer, 'status' | 'body'>;

/** An installation in this process, on files of its own. When it ends, every answer was one that the document knows. */
export interface Installed {
  readonly installation: Installation;
  readonly adapters: Adapters;
  readonly logs: CollectedLogs;
  readonly directory: string;
  /** Asks without listening, with the owner's key unless another is given. */
  get(
    path: string,
    key?: string,
  ): Promise<{ readonly status: number; readonly body: Record<string, unknown> }>;
  put(path: string, body: object): Promise<number>;
  /** Asks with a key, `owner` for the owner's. */
  ask(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, key: string, body?: object): Promise<Asked>;
  /** Ends it and builds another on the same files, which is not started. */
  again(): Promise<Installed>;
  close(): Promise<void>;
}

const open = new Set<Installed>();
const directories: Awaited<ReturnType<typeof temporaryDirectory>>[] = [];

afterEach(async () => {
  for (const one of open) await one.close();
  for (const directory of directories.splice(0)) await directory[Symbol.asyncDispose]();
});

async function installedOn(
  directory: string,
  settings: Readonly<Record<string, string>>,
  register = open,
): Promise<Installed> {
  const read = readConfig({ ...settings, COUNTERSIGN_DATA_DIR: directory });
  if (!read.ok) throw new Error(JSON.stringify(read.errors));
  const logs = collectLogs();
  const logger = createLogger({ level: 'info', service: 'test', destination: logs });
  const adapters = await openAdapters(read.config, logger);
  if ('refused' in adapters) throw new Error(adapters.refused);
  const installation = await buildInstallation(read.config, adapters, logger);
  const differences = holdToDocument(installation.app);
  const ask: Installed['ask'] = async (method, url, key, body) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const payload = body === undefined ? {} : { payload: JSON.stringify(body), headers };
    const answer = await installation.app.inject({
      method,
      url,
      headers: { authorization: headers.authorization },
      ...payload,
    });
    return { status: answer.statusCode, body: answer.payload === '' ? {} : answer.json() };
  };
  const ownerKey = () => readOwnerKey(ownerKeyFile(directory)) ?? 'none';
  const installed: Installed = {
    installation,
    adapters,
    logs,
    directory,
    get: (path, key = ownerKey()) => ask('GET', path, key),
    ask: (method, path, key, body) => ask(method, path, key === 'owner' ? ownerKey() : key, body),
    put: async (path, body) => (await ask('PUT', path, ownerKey(), body)).status,
    async again() {
      await installed.close();
      return installedOn(directory, settings, register);
    },
    async close() {
      if (!register.delete(installed)) return;
      await installation.app.close();
      await installation.close();
      await adapters.close();
      if (differences.length > 0) throw new Error(`not as the document says:\n${differences.join('\n')}`);
    },
  };
  register.add(installed);
  return installed;
}

/** Builds an installation on an empty directory, not started; it is closed after the test. */
export async function install(settings: Readonly<Record<string, string>> = {}): Promise<Installed> {
  const directory = await temporaryDirectory();
  directories.push(directory);
  return installedOn(directory.path, settings);
}

/** The same for all tests of a file: whoever builds it closes it. */
export async function installToKeep(settings: Readonly<Record<string, string>> = {}): Promise<Installed> {
  const directory = await temporaryDirectory();
  const installed = await installedOn(directory.path, settings, new Set());
  return {
    ...installed,
    async close() {
      await installed.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}
