import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { DataKey, KeyName } from '@countersign/sealing';
import { keyVaultConformance } from '@countersign/sealing/conformance';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSqliteKeyVault } from './index.ts';
import { createSqliteKeyVault } from './sqlite-key-vault.ts';
import { bytesIn, opened, openedFiles, vaultPlace } from './testing/vault-place.ts';
import type { VaultRequest } from './testing/vault-process.ts';

const NAME = { organization: 'acme', subject: 'alice', month: '2026-11', retention: 'standard' };
const names = (count: number, whose = 'user'): KeyName[] =>
  Array.from({ length: count }, (_, index) => ({ ...NAME, subject: `${whose}-${index}` }));

/** A place for a vault that several processes open, with its master key. */
function sharedPlace() {
  const place = { ...vaultPlace(), createMasterKey: false, shared: true };
  writeFileSync(place.masterKeyFile, `${Buffer.alloc(32, 7).toString('base64')}\n`, { mode: 0o600 });
  return place;
}

/** Another process that opens the vault. */
function started(place: ReturnType<typeof sharedPlace>) {
  const child: ChildProcess = fork(
    new URL('./testing/vault-process.ts', import.meta.url),
    [JSON.stringify(place)],
    { serialization: 'advanced' },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const answer = async <Answer>(): Promise<Answer> => {
    const [given] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => Promise.reject(new Error(`the process has ended: ${code}`))),
    ]);
    return given as Answer;
  };
  return {
    child,
    open: answer<'open'>(),
    answer,
    ask<Answer>(request: VaultRequest): Promise<Answer> {
      child.send(request);
      return answer<Answer>();
    },
  };
}

keyVaultConformance('a shared vault', async () => opened(sharedPlace()));

describe('a vault that several processes have open', () => {
  it('is made once, however many begin at the same time, and has one key for each name', async () => {
    const place = sharedPlace();
    const processes = Array.from({ length: 4 }, () => started(place));
    await Promise.all(processes.map(({ open }) => open));
    const given = await Promise.all(processes.map(({ ask }) => ask<DataKey[]>({ keys: names(200) })));
    for (const keys of given) expect(keys).toEqual(given[0]);
    expect(new Set(given[0]?.map(({ id }) => id)).size).toBe(200);
  });

  it('gives a key nowhere after one process has destroyed it, and the same new one everywhere', async () => {
    const place = sharedPlace();
    const [one, other] = [started(place), started(place)];
    await Promise.all([one.open, other.open]);
    const [first] = await one.ask<DataKey[]>({ keys: [NAME] });
    expect(await other.ask({ peek: first!.id })).toEqual(first);
    expect(await other.ask({ destroy: { organization: 'acme' } })).toEqual({ destroyed: [first!.id] });
    expect(await one.ask({ peek: first!.id })).toEqual({ id: first!.id, missing: 'destroyed' });
    const [again] = await one.ask<DataKey[]>({ keys: [NAME] });
    expect(again!.id).not.toBe(first!.id);
    expect(await other.ask({ keys: [NAME] })).toEqual([again]);
  });

  it('holds nothing of destroyed keys in its files, while others make and read keys', async () => {
    const place = sharedPlace();
    const files = openedFiles(place);
    const vault = createSqliteKeyVault(files, place.file);
    onTestFinished(() => vault.close());
    await Promise.all(names(300).map(vault.key));
    const wrapped = files.db.prepare<[], Uint8Array>('SELECT wrapped FROM wrapped_key').pluck().all();
    const busy = [started(place), started(place)];
    await Promise.all(busy.map(({ open }) => open));
    for (const [index, { child }] of busy.entries())
      child.send({ makeForEver: { ...NAME, subject: `busy-${index}` } });
    await Promise.all(busy.map(({ answer }) => answer()));
    for (const { subject } of names(300)) {
      // Two that write all the time leave little room: what says that it can be repeated is repeated.
      let answer = await vault.destroy({ organization: 'acme', subject });
      while ('code' in answer && answer.reason === 'unreachable')
        answer = await vault.destroy({ organization: 'acme', subject });
      expect(answer).toHaveProperty('destroyed');
    }
    for (const { child } of busy) child.kill('SIGKILL');
    await Promise.all(busy.map(({ child }) => once(child, 'exit')));
    const bytes = bytesIn(place.directory);
    expect(wrapped.filter((secret) => bytes.includes(Buffer.from(secret)))).toEqual([]);
  });

  it('loses no key that a killed process has given out, and goes on without it', async () => {
    const place = sharedPlace();
    const [killed, survivor] = [started(place), started(place)];
    await Promise.all([killed.open, survivor.open]);
    const given: DataKey[] = [];
    const enough = Promise.withResolvers<void>();
    killed.child.on('message', (key: DataKey) => {
      given.push(key);
      if (given.length === 50) enough.resolve();
    });
    killed.child.send({ makeForEver: { ...NAME, subject: 'killed' } });
    await enough.promise;
    killed.child.kill('SIGKILL');
    await once(killed.child, 'exit');
    const kept = await survivor.ask<DataKey[]>({ keys: names(50, 'killed') });
    expect(kept).toEqual(given.slice(0, 50));
  });

  it('says that it can not answer while one keeps it to itself, and goes on after that', async () => {
    const place = sharedPlace();
    const vault = opened(place);
    onTestFinished(() => vault.close());
    const first = await vault.key(NAME);
    const selfish = new Database(place.file);
    selfish.exec('BEGIN IMMEDIATE');
    const busy = {
      code: 'vault_unavailable',
      reason: 'unreachable',
      detail: expect.stringContaining('repeat'),
    };
    expect(await vault.key(names(1)[0]!)).toMatchObject(busy);
    expect('id' in first && (await vault.peek(first.id))).toEqual(first);
    selfish.exec('COMMIT; BEGIN; SELECT * FROM data_key');
    expect(await vault.destroy({ organization: 'acme' })).toMatchObject(busy);
    selfish.close();
    expect(await vault.destroy({ organization: 'acme' })).toEqual({ destroyed: [] });
    expect(await vault.key(NAME)).toHaveProperty('bytes');
  });

  it('lets nobody in who wants it alone, nor the other way round', async () => {
    const place = sharedPlace();
    const shared = opened(place);
    expect(openSqliteKeyVault({ ...place, shared: false })).toMatchObject({ code: 'vault_in_use' });
    await shared.close();
    const alone = opened({ ...place, shared: false });
    expect(openSqliteKeyVault(place)).toMatchObject({ code: 'vault_in_use' });
    await alone.close();
  });

  it('makes no master key: two would make two', () => {
    const place = { ...vaultPlace(), shared: true };
    expect(openSqliteKeyVault(place)).toMatchObject({ code: 'master_key_missing' });
  });
});
