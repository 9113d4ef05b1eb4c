import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type BackupProgress,
  type BackupSummary,
  backupLedger,
  isBackupError,
  ledgerFile,
  restoreBackup,
  type SqliteEventStore,
  verifyBackup,
} from './index.ts';
import { newDirectory, openLedger, removeDirectory } from './testing/open-ledger.ts';

const event = (id: string) => ({
  type: 'counted',
  data: { text: 'x'.repeat(300) },
  metadata: { id, time: '2026-03-01T12:00:00.000Z', organization: 'acme' },
});

async function fill(store: SqliteEventStore, streams: number, prefix = 'counting'): Promise<void> {
  const receipts = Array.from({ length: streams }, (_, index) => {
    const stream = `${prefix}-${String(index).padStart(6, '0')}` as const;
    return store.append(stream, 'no-stream', [event(`${stream}/1`), event(`${stream}/2`)]);
  });
  for (const receipt of receipts) expect(await receipt.durable).toMatchObject({ version: 2 });
}

describe('backup', () => {
  let root = '';
  let directory = '';
  let file = '';
  beforeEach(() => {
    root = newDirectory();
    directory = join(root, 'data');
    file = join(root, 'ledger.backup');
  });
  afterEach(() => removeDirectory(root));

  const made = async (streams = 20): Promise<BackupSummary> => {
    const store = await openLedger({ directory });
    await fill(store, streams);
    store.save('views.v1', store.durablePosition);
    const at = { position: 3, organization: 'acme', parkedAt: '2026-03-01T12:00:00.000Z' };
    await store.park({ group: 'views.v1', subject: 'counting-000001', error: 'broken', attempts: 5, ...at });
    await store.list();
    const summary = await store.backup(file);
    await store.close();
    if (isBackupError(summary)) throw new Error(summary.detail);
    return summary;
  };

  it('holds every event, checkpoint and parked event, in one file', async () => {
    const summary = await made();
    expect(summary).toMatchObject({ file, events: 40, streams: 20, position: 40, checkpoints: 1, parked: 1 });
    expect(summary.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(summary.bytes).toBe(statSync(file).size);
    expect(readdirSync(root).sort()).toEqual(['data', 'ledger.backup']);
    expect(await verifyBackup(file)).toEqual(summary);
  });

  it('is restored into a directory that then goes on as before', async () => {
    const summary = await made();
    const restored = join(root, 'restored');
    const result = await restoreBackup(file, restored);
    expect(result).toEqual({ ...summary, file: ledgerFile(restored) });
    const store = await openLedger({ directory: restored });
    expect(store.durablePosition).toBe(40);
    expect(await store.load('views.v1')).toBe(40);
    expect(await store.list()).toHaveLength(1);
    expect(await store.append('counting-000000', 2, [event('next')]).durable).toMatchObject({
      version: 3,
      position: 41,
    });
    await store.close();
  });

  it('made under load is a consistent prefix with everything acknowledged before it began', async () => {
    const store = await openLedger({ directory, walBytes: 128 * 1024 });
    await fill(store, 2_000, 'before');
    const acknowledged = store.durablePosition;
    const progress: BackupProgress[] = [];
    let running = true;
    const backing = store
      .backup(file, (each) => progress.push(each))
      .finally(() => {
        running = false;
      });
    for (let round = 0; running; round += 1)
      await fill(store, 50, `during${'abcdefghij'[round % 10]}.${round}`);
    const summary = await backing;
    await fill(store, 10, 'after');
    expect(summary).toMatchObject({ file });
    if (isBackupError(summary)) return;
    expect(summary.position).toBeGreaterThanOrEqual(acknowledged);
    expect(summary.position).toBeLessThan(store.durablePosition);
    expect(summary.events).toBe(summary.position);
    expect(new Set(progress.map((each) => each.stage))).toEqual(new Set(['copy', 'check', 'read']));
    expect(progress.every((each) => each.done <= each.total)).toBe(true);
    await store.close();
  });

  it('does not overwrite a file', async () => {
    writeFileSync(file, 'precious');
    const store = await openLedger({ directory });
    expect(await store.backup(file)).toMatchObject({ code: 'TargetExists' });
    expect(await store.backup(join(root, 'no', 'such', 'place'))).toMatchObject({
      remedy: expect.any(String),
    });
    await store.close();
    expect(readdirSync(root).sort()).toEqual(['data', 'ledger.backup']);
  });

  it('is not restored over anything', async () => {
    await made();
    expect(await restoreBackup(file, directory)).toMatchObject({ code: 'DirectoryNotEmpty' });
    const other = join(root, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'owner.key'), '');
    expect(await restoreBackup(file, other)).toMatchObject({ code: 'DirectoryNotEmpty' });
    expect(readdirSync(other)).toEqual(['owner.key']);
  });

  it.each<[string, string, string]>([
    ['an event is missing', 'DELETE FROM events WHERE position = 7', 'position 7 is missing'],
    [
      'the last version is out of order',
      'UPDATE events SET version = 3 WHERE position = 8',
      'version 3 after 1',
    ],
    [
      'two versions are exchanged',
      'UPDATE events SET version = version + 10 WHERE position = 8; UPDATE events SET version = 2 WHERE position = 7; UPDATE events SET version = 1 WHERE position = 8',
      'before version 1',
    ],
    ['a body is damaged', 'UPDATE events SET body = substr(body, 2) WHERE position = 5', 'position 5'],
    [
      'a checkpoint is ahead of the events',
      'UPDATE checkpoints SET position = 41',
      'ahead of the last event',
    ],
  ])('is found damaged when %s', async (_, damage, problem) => {
    await made();
    const db = new Database(file);
    db.exec(damage);
    db.close();
    const found = await verifyBackup(file);
    expect(found).toMatchObject({ code: 'BackupDamaged' });
    expect('problems' in found && found.problems?.join('\n')).toContain(problem);
    const restored = join(root, 'restored');
    expect(await restoreBackup(file, restored)).toMatchObject({ code: 'BackupDamaged' });
    expect(existsSync(ledgerFile(restored))).toBe(false);
    expect(readdirSync(restored)).toEqual([]);
  });

  it('has another digest when one byte of an event was changed', async () => {
    const summary = await made();
    const db = new Database(file);
    db.exec("UPDATE events SET body = replace(body, 'xxx', 'xxy') WHERE position = 5");
    db.close();
    const verified = await verifyBackup(file);
    expect(verified).toMatchObject({ events: 40 });
    expect('digest' in verified && verified.digest).not.toBe(summary.digest);
  });

  it('is found damaged when its pages are, or its end is missing', async () => {
    await made(200);
    const handle = openSync(file, 'r+');
    writeSync(handle, Buffer.alloc(300, 0x5a), 0, 300, 4096 * 9);
    expect(await verifyBackup(file)).toMatchObject({ code: 'BackupDamaged' });
    truncateSync(file, 4096 * 8);
    expect(await verifyBackup(file)).toMatchObject({ code: 'BackupDamaged' });
  });

  it('of a damaged ledger is not made, and the ledger is named, not the backup', async () => {
    const store = await openLedger({ directory });
    await fill(store, 200);
    await store.close();
    const db = new Database(ledgerFile(directory));
    db.exec('DELETE FROM events WHERE position = 7');
    db.close();
    const found = await backupLedger(directory, file);
    expect(found).toMatchObject({
      code: 'DatabaseCorrupt',
      detail: expect.stringContaining(`the ledger in ${directory}`),
      problems: expect.arrayContaining(['position 7 is missing; the next one is 8']),
    });
    expect(readdirSync(root)).toEqual(['data']);
  });

  it('is for its owner only, also where it is restored', async () => {
    await made();
    const restored = join(root, 'restored');
    chmodSync(file, 0o644);
    await restoreBackup(file, restored);
    expect(statSync(ledgerFile(restored)).mode & 0o777).toBe(0o600);
    rmSync(file);
    await backupLedger(restored, file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is told from other files', async () => {
    expect(await verifyBackup(file)).toMatchObject({ code: 'NoSuchFile' });
    expect(await restoreBackup(file, join(root, 'restored'))).toMatchObject({ code: 'NoSuchFile' });
    new Database(file).exec('CREATE TABLE notes (text)').close();
    expect(await verifyBackup(file)).toMatchObject({ code: 'NotABackup' });
    writeFileSync(file, 'root:x:0:0:root:/root:/bin/sh\n');
    expect(await verifyBackup(file)).toMatchObject({ code: 'NotABackup' });
    writeFileSync(file, '');
    expect(await restoreBackup(file, join(root, 'restored'))).toMatchObject({ code: 'NotABackup' });
    expect(await restoreBackup(root, join(root, 'restored'))).toMatchObject({
      detail: expect.stringContaining(`${root} can't be read`),
    });
  });

  it('is no ledger of a data directory, which lacks without its log what was acknowledged last', async () => {
    const store = await openLedger({ directory });
    await fill(store, 20);
    const live = ledgerFile(directory);
    expect(statSync(`${live}-wal`).size).toBeGreaterThan(0);
    const restored = join(root, 'restored');
    const refused = {
      code: 'LedgerNotBackup',
      detail: expect.stringContaining(live),
      remedy: expect.stringContaining(`countersign backup --data-dir ${directory}`),
    };
    expect(await restoreBackup(live, restored)).toMatchObject(refused);
    expect(await verifyBackup(live)).toMatchObject(refused);
    // Copied without its log, it still says that it has one.
    copyFileSync(live, file);
    expect(await restoreBackup(file, restored)).toMatchObject({ code: 'LedgerNotBackup' });
    await store.close();
    expect(existsSync(restored)).toBe(false);
    // A log beside a backup is of something that has written to it.
    rmSync(file);
    await backupLedger(directory, file);
    writeFileSync(`${file}-wal`, 'frames');
    expect(await restoreBackup(file, restored)).toMatchObject({ code: 'LedgerNotBackup' });
    rmSync(`${file}-wal`);
    expect(await restoreBackup(file, restored)).toMatchObject({ events: 40 });
  });
});
