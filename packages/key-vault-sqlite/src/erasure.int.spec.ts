import { describe, expect, it } from 'vitest';
import { createSqliteKeyVault } from './sqlite-key-vault.ts';
import { bytesIn, openedFiles, vaultPlace } from './testing/vault-place.ts';

/** Pieces as long as these are not there by chance, and a piece would be a leak as well. */
const PIECE = 20;
const isIn = (haystack: Buffer, secret: Uint8Array) => {
  for (let at = 0; at + PIECE <= secret.length; at += PIECE) {
    if (haystack.includes(Buffer.from(secret.subarray(at, at + PIECE)))) return true;
  }
  return false;
};

describe('the files of the vault after keys are destroyed', () => {
  it('hold nothing of them: not in pages, not in free space, not in the log', async () => {
    const place = vaultPlace();
    let files = openedFiles(place);
    let vault = createSqliteKeyVault(files, place.file);
    const wrappedOf = new Map<string, Uint8Array>();
    const live: string[] = [];
    const gone: string[] = [];
    const name = (subject: string) => ({
      organization: 'acme',
      subject,
      month: '2026-11',
      retention: 'standard',
    });

    // Names of many lengths in no order: SQLite splits and joins pages, which is when it leaves copies behind.
    for (let round = 0; round < 24; round += 1) {
      const subjects = Array.from({ length: 150 }, (_, index) => {
        const text = ((round * 150 + index) * 2654435761).toString(36);
        return text.repeat(1 + ((index * 7) % 5));
      });
      const keys = await Promise.all(subjects.map((subject) => vault.key(name(subject))));
      for (const key of keys) {
        if ('code' in key) throw new Error(key.detail);
        live.push(key.id);
      }
      for (const { id, wrapped } of files.db
        .prepare<[], { id: string; wrapped: Uint8Array }>(
          'SELECT id, wrapped FROM data_key JOIN wrapped_key USING (slot)',
        )
        .all()) {
        wrappedOf.set(id, wrapped);
      }
      for (let index = 0; index < (round % 3) * 30; index += 1) {
        const [id] = live.splice((index * 7919) % live.length, 1);
        await vault.destroy({ organization: 'acme', id: id! });
        gone.push(id!);
      }
      if (round % 8 === 7) {
        await vault.close();
        files = openedFiles(place);
        vault = createSqliteKeyVault(files, place.file);
      }
    }
    await vault.destroy({ organization: 'acme', id: live[0]! });
    gone.push(live.shift()!);

    const bytes = bytesIn(place.directory);
    expect(gone.length).toBeGreaterThan(500);
    expect(gone.filter((id) => isIn(bytes, wrappedOf.get(id)!))).toEqual([]);
    // The search finds what is there, each once.
    expect(live.filter((id) => !isIn(bytes, wrappedOf.get(id)!))).toEqual([]);
    for (const id of live) {
      const piece = Buffer.from(wrappedOf.get(id)!.subarray(0, PIECE));
      expect(bytes.indexOf(piece)).toBe(bytes.lastIndexOf(piece));
    }
    await vault.close();
  });

  it('never hold a data key itself, only its wrapping', async () => {
    const place = vaultPlace();
    const vault = createSqliteKeyVault(openedFiles(place), place.file);
    const key = await vault.key({ organization: 'acme', subject: 'bob', month: '2026-11', retention: 's' });
    if ('code' in key) throw new Error(key.detail);
    expect(isIn(bytesIn(place.directory), key.bytes)).toBe(false);
    await vault.close();
  });

  it('are free of it also when more keys go than one transaction takes', async () => {
    const place = vaultPlace();
    const files = openedFiles(place);
    const vault = createSqliteKeyVault(files, place.file);
    const names = Array.from({ length: 2500 }, (_, index) => ({
      organization: 'acme',
      subject: `user-${index}`,
      month: '2026-11',
      retention: 'standard',
    }));
    await Promise.all(names.map(vault.key));
    const wrapped = files.db.prepare<[], Uint8Array>('SELECT wrapped FROM wrapped_key').pluck().all();
    const told: string[] = [];
    vault.onDestroyed((ids) => void told.push(...ids));
    const answer = await vault.destroy({ organization: 'acme', month: '2026-11' });
    if ('code' in answer) throw new Error(answer.detail);
    expect(answer.destroyed).toHaveLength(2500);
    expect(told).toEqual(answer.destroyed);
    const bytes = bytesIn(place.directory);
    expect(wrapped.filter((secret) => isIn(bytes, secret))).toEqual([]);
    await vault.close();
  });
});
