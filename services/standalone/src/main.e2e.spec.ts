import { once } from 'node:events';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { startStandalone, temporaryDirectory } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { runMain } from './testing/run-main.ts';

describe('a start that is refused', () => {
  it('ends with 2 and every error of the configuration, before it touches anything', async () => {
    await using directory = await temporaryDirectory();
    const data = join(directory.path, 'data');
    const { code, stdout, stderr } = await runMain({
      COUNTERSIGN_DATA_DIR: data,
      COUNTERSIGN_HTTP_PORT: 'seventy',
      COUNTERSIGN_PERMIT_TTL_MS: '0',
      COUNTERSIGN_PORT: '7070',
      COUNTERSIGN_ACCESS_PLANS: '{"team":7}',
      COUNTERSIGN_ACCESS_ROLES: '{"project":[{"role":"owner","permissions":["fly"]}]}',
      AGENTA_ACCESS_ROLES_OVERLAY: '{"viewer":{}}',
      AGENTA_ACCESS_DEFAULT_PLAN_OVERLAY: '{"throttles":{"slow":{}}}',
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const lines = stderr.trimEnd().split('\n');
    expect(lines[0]).toBe('Countersign can not start with this configuration:');
    expect(lines.slice(1).map((line) => line.trim().split(' ')[0])).toEqual([
      'COUNTERSIGN_PORT',
      'COUNTERSIGN_HTTP_PORT',
      'COUNTERSIGN_PERMIT_TTL_MS',
      'COUNTERSIGN_ACCESS_PLANS',
      'AGENTA_ACCESS_DEFAULT_PLAN_OVERLAY',
      'COUNTERSIGN_ACCESS_ROLES',
      'COUNTERSIGN_ACCESS_ROLES',
      'AGENTA_ACCESS_ROLES_OVERLAY',
    ]);
    await expect(readFile(data)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('ends with 2 where a master key is named that is not there, and has made nothing', async () => {
    await using directory = await temporaryDirectory();
    const data = join(directory.path, 'data');
    const { code, stderr } = await runMain({
      COUNTERSIGN_DATA_DIR: data,
      COUNTERSIGN_MASTER_KEY_FILE: join(directory.path, 'elsewhere.key'),
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^ {2}COUNTERSIGN_MASTER_KEY_FILE \S+elsewhere\.key: there is no master key; /m);
    expect(await readdir(directory.path)).toEqual([]);
  });

  it('ends with 2 where the data directory can not be made, and says what to do', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'file');
    await writeFile(file, '');
    const { code, stderr } = await runMain({ COUNTERSIGN_DATA_DIR: join(file, 'data') });
    expect(code).toBe(2);
    expect(stderr).toMatch(/can not be made: ENOTDIR.*; remedy: name another with COUNTERSIGN_DATA_DIR$/m);
  });

  it('ends with 2 where something else has the port', async () => {
    await using directory = await temporaryDirectory();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await runMain({
      COUNTERSIGN_DATA_DIR: directory.path,
      COUNTERSIGN_HTTP_PORT: String(port),
      COUNTERSIGN_LOG_LEVEL: 'warn',
    });
    other.close();
    expect(code).toBe(2);
    expect(stderr).toMatch(/^Countersign can not start: listen EADDRINUSE.*; remedy: /);
  });
});

describe('the first start', () => {
  it('makes the master key at its default place, also where that is named', async () => {
    await using directory = await temporaryDirectory();
    const env = { COUNTERSIGN_MASTER_KEY_FILE: join(directory.path, 'master.key') };
    await using _standalone = await startStandalone({ dataDirectory: directory.path, env });
    expect((await stat(join(directory.path, 'master.key'))).mode & 0o777).toBe(0o600);
  });
});

describe('what a process writes', () => {
  it('is readable for nobody else, also in a directory that is', async () => {
    await using directory = await temporaryDirectory();
    await chmod(directory.path, 0o755);
    await using _standalone = await startStandalone({ dataDirectory: directory.path });
    const files = await readdir(directory.path);
    expect(files).toEqual(
      expect.arrayContaining(['ledger.sqlite', 'views.sqlite', 'keys.sqlite', 'owner.key']),
    );
    const modes = await Promise.all(files.map(async (file) => (await stat(join(directory.path, file))).mode));
    expect(modes.map((mode) => mode & 0o077)).toEqual(files.map(() => 0));
  });
});

describe('what a process says of itself', () => {
  it('is where it listens and where the key is, and in its log when it starts and stops, and no secret', async () => {
    await using directory = await temporaryDirectory();
    const standalone = await startStandalone({
      dataDirectory: directory.path,
      env: { COUNTERSIGN_LOG_LEVEL: 'info', COUNTERSIGN_ENVIRONMENT: 'staging' },
    });
    const { url, ownerKey } = standalone;
    expect(await standalone.stop()).toBe(0);
    const output = standalone.output();
    const lines = output.trimEnd().split('\n');
    const records = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    const [controls, ...process] = records;
    expect(controls).toMatchObject({
      msg: expect.stringMatching(/^\[access-controls\] source defaults, hash sha256:/),
    });
    expect(process.map(({ msg }) => msg)).toEqual(['starting', 'started', 'stopping', 'stopped']);
    expect(process[0]).toMatchObject({
      url,
      data_directory: directory.path,
      environment: 'staging',
      events: 0,
    });
    expect(process[2]).toMatchObject({ signal: 'SIGTERM' });
    expect(lines.filter((line) => !line.startsWith('{'))).toEqual([
      `Countersign listens on ${url}`,
      `The owner's key is in ${join(directory.path, 'owner.key')}`,
    ]);
    expect(output).not.toContain(ownerKey);
    expect(output).not.toContain((await readFile(join(directory.path, 'master.key'), 'utf8')).trim());
  });
});
