import { copyFile, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type Page } from '@countersign/sdk';
import { startStandalone, type TemporaryDirectory, temporaryDirectory } from '@countersign/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { json } from '../testing/installation.ts';
import { runHere } from '../testing/terminal.ts';

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
  return () => directory[Symbol.asyncDispose]();
});

const at = (name: string) => join(directory.path, name);
const run = (...words: string[]) => runHere(words);

async function namesOf({ url, ownerKey }: { url: string; ownerKey: string }): Promise<unknown> {
  const users: Page<object> = await connect({ url, key: ownerKey }).users.list();
  return users.items;
}

async function startWithUsers(...ids: string[]) {
  const standalone = await startStandalone({ dataDirectory: at('data') });
  const client = connect({ url: standalone.url, key: standalone.ownerKey });
  for (const id of ids) await client.users.put(id, { display_name: `Name of ${id}`, roles: [] });
  return { standalone, client };
}

describe('a backup', () => {
  it('of a running installation, with its keys, comes back whole elsewhere', async () => {
    const { standalone } = await startWithUsers('ann', 'ben');
    const before = await namesOf(standalone);
    const made = await run(
      'backup',
      at('ledger.backup'),
      '--data-dir',
      at('data'),
      '--keys',
      at('keys.backup'),
      '--json',
    );
    await standalone.stop();
    expect(made.code).toBe(0);
    expect(made.stderr).toMatch(/^copying\nchecking pages\nreading every event\n/);
    const summary = json<{ events: number; digest: string }>(made);
    expect(summary.events).toBeGreaterThan(5);
    expect((await stat(at('keys.backup'))).mode & 0o777).toBe(0o600);

    const restored = await run(
      ...['restore', at('ledger.backup'), '--data-dir', at('elsewhere')],
      ...['--keys', at('keys.backup'), '--master-key', at('data/master.key'), '--json'],
    );
    expect(restored.code).toBe(0);
    expect(json(restored)).toMatchObject({ digest: summary.digest, events: summary.events });
    await writeFile(at('elsewhere/owner.key'), await readFile(at('data/owner.key')), { mode: 0o600 });
    await using again = await startStandalone({ dataDirectory: at('elsewhere') });
    expect(await namesOf(again)).toEqual(before);
  });

  it('of a stopped installation is made in the same way, and keeps its keys apart', async () => {
    const { standalone } = await startWithUsers('ann');
    await standalone.stop();
    const made = await run('backup', at('ledger.backup'), '--data-dir', at('data'));
    expect(made.code).toBe(0);
    expect(made.stdout).toMatch(
      /^verified \S+: \d+ events in \d+ streams up to position \d+, digest [0-9a-f]{64}\n$/,
    );
    expect(made.stderr).toContain('--keys');
    expect((await readFile(at('ledger.backup'))).includes('Name of ann')).toBe(false);
    expect((await run('backup', at('b2'), '--data-dir', at('data'), '--keys', at('keys.backup'))).code).toBe(
      0,
    );
  });

  it('of keys is whole while keys are being made', async () => {
    const { standalone, client } = await startWithUsers('ann');
    let busy = true;
    const making = (async () => {
      for (let made = 0; busy; made++)
        await client.users.put(`user-${made}`, { display_name: 'x', roles: [] });
    })();
    for (const round of [1, 2, 3, 4, 5]) {
      const made = await run('backup', at(`l${round}`), '--data-dir', at('data'), '--keys', at(`k${round}`));
      expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining('the key vault') });
    }
    busy = false;
    await making;
    await standalone.stop();
  });

  it('shows how far it is on a terminal', async () => {
    const { standalone } = await startWithUsers('ann');
    await standalone.stop();
    const made = await runHere(['backup', at('ledger.backup'), '--data-dir', at('data')], { terminal: true });
    expect(made.stderr).toContain('\r\u001b[Kreading every event 100 %\n');
  });
});

describe('what is no backup', () => {
  it('is refused by name, and changes nothing', async () => {
    const { standalone } = await startWithUsers('ann');
    await standalone.stop();
    const file = at('ledger.backup');
    expect(await run('backup', file, '--data-dir', at('nowhere'))).toMatchObject({ code: 2, stdout: '' });
    expect((await run('backup', file, '--data-dir', at('data'))).code).toBe(0);
    expect(await run('backup', file, '--data-dir', at('data'))).toMatchObject({ code: 7, stdout: '' });
    expect(await run('restore', file, '--data-dir', at('data'))).toMatchObject({ code: 7, stdout: '' });
    expect(await run('restore', at('gone'), '--data-dir', at('new'))).toMatchObject({ code: 2, stdout: '' });
    await truncate(file, 20_000);
    const damaged = await run('restore', file, '--data-dir', at('new'), '--json');
    expect(damaged).toMatchObject({ code: 2, stdout: '' });
    expect(JSON.parse(damaged.stderr.trim().split('\n').at(-1)!).error).toMatchObject({
      code: 'BackupDamaged',
    });
    await writeFile(file, 'no ledger at all\n');
    const other = await run('restore', file, '--data-dir', at('new'), '--json');
    expect(other).toMatchObject({ code: 2, stdout: '' });
    expect(JSON.parse(other.stderr.trim().split('\n').at(-1)!).error).toMatchObject({ code: 'NotABackup' });
  });

  it('is what a data directory holds after a crash: ledger and keys lack what stands in their logs', async () => {
    const { standalone } = await startWithUsers('ann', 'ben');
    expect((await run('backup', at('ledger.backup'), '--data-dir', at('data'))).code).toBe(0);
    await standalone.kill();
    const codeOf = async (...words: string[]) => {
      const refused = await run('restore', ...words, '--data-dir', at('new'), '--json');
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      return JSON.parse(refused.stderr.trim().split('\n').at(-1)!).error.code;
    };
    expect(await codeOf(at('data/ledger.sqlite'))).toBe('LedgerNotBackup');
    const keys = ['--keys', at('data/keys.sqlite'), '--master-key', at('data/master.key')];
    expect(await codeOf(at('ledger.backup'), ...keys)).toBe('key_vault_not_backup');
    // Without its log beside it the file opens, and lacks what the log has.
    await copyFile(at('data/keys.sqlite'), at('keys.copy'));
    const copied = ['--keys', at('keys.copy'), '--master-key', at('data/master.key')];
    expect(await codeOf(at('ledger.backup'), ...copied)).toBe('key_vault_not_backup');
    // Nothing was begun.
    expect((await run('restore', at('ledger.backup'), '--data-dir', at('new'))).code).toBe(0);
  });

  it('of a key vault is one with another master key: nothing is restored', async () => {
    const { standalone } = await startWithUsers('ann');
    const words = ['--data-dir', at('data'), '--keys', at('keys.backup')];
    expect((await run('backup', at('ledger.backup'), ...words)).code).toBe(0);
    await standalone.stop();
    await writeFile(at('other.key'), `${Buffer.alloc(32, 7).toString('base64')}\n`, { mode: 0o600 });
    const restore = ['restore', at('ledger.backup'), '--data-dir', at('new'), '--keys', at('keys.backup')];
    const wrong = await run(...restore, '--master-key', at('other.key'));
    expect(wrong).toMatchObject({ code: 7, stdout: '' });
    expect(wrong.stderr).toContain(`not the master key of ${at('keys.backup')}`);
    expect((await run(...restore, '--master-key', at('data/master.key'))).code).toBe(0);
  });
});
