import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DataKey, KeyName, KeyPage, KeySelection, KeyVault } from '../index.ts';
import { ALICE, available, destroyed, keyOf } from './answers.ts';

/** What every `KeyVault` does. `open` gives an empty vault; the suite closes it. */
export function keyVaultConformance(adapter: string, open: () => Promise<KeyVault>): void {
  describe(`${adapter} as a key vault`, () => {
    let vault: KeyVault;
    beforeEach(async () => {
      vault = await open();
    });
    afterEach(() => vault.close());

    describe('giving keys', () => {
      it('makes a key on first use and gives the same one ever after', async () => {
        const first = await keyOf(vault, ALICE);
        expect(await keyOf(vault, { ...ALICE })).toEqual(first);
        expect(await vault.peek(first.id)).toEqual(first);
      });

      it('makes one key for concurrent asks of one name', async () => {
        const keys = await Promise.all(Array.from({ length: 20 }, () => keyOf(vault, ALICE)));
        expect(new Set(keys.map((key) => key.id)).size).toBe(1);
        expect(new Set(keys.map((key) => Buffer.from(key.bytes).toString('hex'))).size).toBe(1);
      });

      it.each<[part: string, other: Partial<KeyName>]>([
        ['organization', { organization: 'umbrella' }],
        ['subject', { subject: 'bob' }],
        ['month', { month: '2026-12' }],
        ['retention class', { retention: 'short' }],
      ])('has another key for another %s', async (_part, other) => {
        const key = await keyOf(vault, ALICE);
        const second = await keyOf(vault, { ...ALICE, ...other });
        expect(second.id).not.toBe(key.id);
        expect(second.bytes).not.toEqual(key.bytes);
      });

      it('keeps names apart whose parts join to the same text', async () => {
        const keys = [
          await keyOf(vault, { ...ALICE, organization: 'a/b', subject: 'c' }),
          await keyOf(vault, { ...ALICE, organization: 'a', subject: 'b/c' }),
          await keyOf(vault, { ...ALICE, organization: 'a%2Fb', subject: 'c' }),
          await keyOf(vault, { ...ALICE, organization: 'a', subject: 'b#c' }),
          await keyOf(vault, { ...ALICE, organization: 'ä', subject: '__proto__' }),
        ];
        expect(new Set(keys.map((key) => key.id)).size).toBe(keys.length);
        for (const key of keys) expect(await vault.peek(key.id)).toEqual(key);
      });

      it('gives copies: who writes to one changes nothing', async () => {
        const key = await keyOf(vault, ALICE);
        const bytes = Uint8Array.from(key.bytes);
        key.bytes.fill(0);
        expect(Uint8Array.from((await keyOf(vault, ALICE)).bytes)).toEqual(bytes);
      });

      it('makes nothing when it is only asked for an id', async () => {
        expect(await vault.peek('acme/alice/2026-11/standard#none')).toEqual({
          id: 'acme/alice/2026-11/standard#none',
          missing: 'unknown',
        });
        expect(available(await vault.list({ organization: 'acme' })).keys).toEqual([]);
      });
    });

    describe('destroying keys', () => {
      const names: KeyName[] = ['acme', 'umbrella'].flatMap((organization) =>
        ['alice', 'bob'].flatMap((subject) =>
          ['2026-11', '2026-12'].flatMap((month) =>
            ['standard', 'short'].map((retention) => ({ organization, subject, month, retention })),
          ),
        ),
      );

      it.each<[selection: KeySelection]>([
        [{ organization: 'acme' }],
        [{ organization: 'acme', subject: 'alice' }],
        [{ organization: 'acme', month: '2026-11' }],
        [{ organization: 'acme', retention: 'short' }],
        [{ organization: 'acme', month: '2026-12', retention: 'short' }],
        [{ organization: 'acme', subject: 'bob', month: '2026-11', retention: 'standard' }],
        [{ organization: 'nobody' }],
      ])('destroys what %j names and nothing else', async (selection) => {
        const keys = new Map<KeyName, DataKey>();
        for (const name of names) keys.set(name, await keyOf(vault, name));
        const isSelected = (name: KeyName) =>
          (Object.keys(selection) as (keyof KeyName)[]).every((part) => name[part] === selection[part]);
        const expected = names.filter(isSelected).map((name) => keys.get(name)!.id);

        expect(await destroyed(vault, selection)).toEqual(expected.sort());
        for (const [name, key] of keys) {
          expect(await vault.peek(key.id)).toEqual(
            isSelected(name) ? { id: key.id, missing: 'destroyed' } : key,
          );
        }
      });

      it('destroys one key by its id, and only in its organization', async () => {
        const [alice, bob] = [await keyOf(vault, ALICE), await keyOf(vault, { ...ALICE, subject: 'bob' })];
        expect(await destroyed(vault, { organization: 'umbrella', id: alice.id })).toEqual([]);
        expect(await destroyed(vault, { organization: 'acme', id: alice.id })).toEqual([alice.id]);
        expect(await vault.peek(bob.id)).toEqual(bob);
      });

      it('gives a destroyed name a new id and new bytes, and never the old ones', async () => {
        const first = await keyOf(vault, ALICE);
        await destroyed(vault, { organization: 'acme', subject: 'alice' });
        const second = await keyOf(vault, ALICE);
        expect(second.id).not.toBe(first.id);
        expect(second.bytes).not.toEqual(first.bytes);
        expect(await vault.peek(first.id)).toEqual({ id: first.id, missing: 'destroyed' });
      });

      it('destroys again without finding anything', async () => {
        const key = await keyOf(vault, ALICE);
        expect(await destroyed(vault, { organization: 'acme' })).toEqual([key.id]);
        expect(await destroyed(vault, { organization: 'acme' })).toEqual([]);
      });

      it('tells listeners which keys, before it answers, and only if there are any', async () => {
        const told: (readonly string[])[] = [];
        vault.onDestroyed((ids) => told.push(ids));
        await destroyed(vault, { organization: 'acme' });
        expect(told).toEqual([]);
        const key = await keyOf(vault, ALICE);
        const answered = vault.destroy({ organization: 'acme' }).then(() => told.length);
        expect(await answered).toBe(1);
        expect(told).toEqual([[key.id]]);
      });
    });

    describe('listing keys', () => {
      it('lists live and destroyed keys in pages, each once, in the order of ids', async () => {
        const ids: string[] = [];
        for (const subject of ['dora', 'alice', 'carl', 'bob', 'emil']) {
          ids.push((await keyOf(vault, { ...ALICE, subject })).id);
        }
        await keyOf(vault, { ...ALICE, organization: 'umbrella' });
        await destroyed(vault, { organization: 'acme', subject: 'carl' });

        const listed: string[] = [];
        const gone: string[] = [];
        for (let after: string | null = ''; after !== null; ) {
          const page: KeyPage = available(await vault.list({ organization: 'acme' }, { after, limit: 2 }));
          expect(page.keys.length).toBeLessThanOrEqual(2);
          for (const { id, subject, destroyed } of page.keys) {
            listed.push(id);
            if (destroyed) gone.push(subject);
          }
          after = page.next;
        }
        expect(listed).toEqual(ids.sort());
        expect(gone).toEqual(['carl']);
      });

      it('lists by selection, with the parts of the name', async () => {
        const key = await keyOf(vault, ALICE);
        await keyOf(vault, { ...ALICE, month: '2026-12' });
        expect(await vault.list({ organization: 'acme', month: '2026-11' })).toEqual({
          keys: [{ id: key.id, ...ALICE, destroyed: false }],
          next: null,
        });
      });
    });

    it('says closed, and nothing about its keys, after it is closed', async () => {
      const { id } = await keyOf(vault, ALICE);
      await vault.close();
      const closed = { code: 'vault_unavailable', reason: 'closed' };
      expect(await vault.key(ALICE)).toMatchObject(closed);
      expect(await vault.peek(id)).toMatchObject(closed);
      expect(await vault.destroy({ organization: 'acme' })).toMatchObject(closed);
      expect(await vault.list({ organization: 'acme' })).toMatchObject(closed);
    });
  });
}
