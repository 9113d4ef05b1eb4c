import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KeyVault } from '../index.ts';
import { ALICE, destroyed, keyOf } from './answers.ts';

/** A vault's place: `open` opens what is stored there, after the one opened before is closed. */
export interface VaultPlace {
  open(): Promise<KeyVault>;
}

/** What a vault that outlives its process does as well. `make` gives a new, empty place. */
export function durableKeyVaultConformance(adapter: string, make: () => Promise<VaultPlace>): void {
  describe(`${adapter} as a durable key vault`, () => {
    let place: VaultPlace;
    let vault: KeyVault;
    const reopen = async () => {
      await vault.close();
      vault = await place.open();
    };
    beforeEach(async () => {
      place = await make();
      vault = await place.open();
    });
    afterEach(() => vault.close());

    it('has its keys after a restart', async () => {
      const key = await keyOf(vault, ALICE);
      await reopen();
      expect(await vault.peek(key.id)).toEqual(key);
      expect(await keyOf(vault, ALICE)).toEqual(key);
    });

    it('knows after a restart which keys are destroyed', async () => {
      const first = await keyOf(vault, ALICE);
      await destroyed(vault, { organization: 'acme' });
      await reopen();
      expect(await vault.peek(first.id)).toEqual({ id: first.id, missing: 'destroyed' });
      const second = await keyOf(vault, ALICE);
      expect(second.id).not.toBe(first.id);
      expect(second.bytes).not.toEqual(first.bytes);
    });
  });
}
