import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isUnreachable } from '@countersign/internal-http';
import { openSqliteKeyVault } from '@countersign/key-vault-sqlite';
import { createDiscloser, createSealer, isSealingFailed } from '@countersign/sealing';
import { durableKeyVaultConformance, keyVaultConformance } from '@countersign/sealing/conformance';
import { createMemoryKeyVault } from '@countersign/sealing/memory';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fetchInstallationKey } from './index.ts';
import { PERMITS, SHAPES, serveVault } from './testing/served-vault.ts';

const NAME = { organization: 'acme', subject: 'alice', month: '2026-11', retention: 'standard' };

keyVaultConformance('a vault over HTTP', async () => (await serveVault(createMemoryKeyVault())).vault);

durableKeyVaultConformance('a vault on SQLite, over HTTP,', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-vault-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return {
    async open() {
      const file = join(directory, 'keys.sqlite');
      const masterKeyFile = join(directory, 'master.key');
      const opened = openSqliteKeyVault({ file, masterKeyFile, createMasterKey: true });
      if ('code' in opened) throw new Error(opened.detail);
      return (await serveVault(opened)).vault;
    },
  };
});

/** A served vault that is gone after the test. */
async function served(behind = createMemoryKeyVault()) {
  const serving = await serveVault(behind);
  onTestFinished(() => serving.vault.close());
  return { ...serving, behind };
}

describe('the vault of another process', () => {
  it('that is not there is unavailable, never empty or erased, and sealing fails closed', async () => {
    const { vault, stop } = await served();
    const key = await vault.key(NAME);
    await stop();
    const unreachable = { code: 'vault_unavailable', reason: 'unreachable' };
    expect(await vault.key(NAME)).toMatchObject(unreachable);
    expect('id' in key && (await vault.peek(key.id))).toMatchObject(unreachable);
    expect(await vault.destroy({ organization: 'acme' })).toMatchObject(unreachable);
    expect(await vault.list({ organization: 'acme' })).toMatchObject(unreachable);
    const personal = {
      subject: 'alice',
      retention: 'standard',
      disclosures: [createDiscloser()('reason', 'because')],
    };
    const metadata = { organization: 'acme', time: '2026-11-21T09:00:00.000Z', eventId: () => 'event-1' };
    const sealing = async () =>
      createSealer({ vault }).seal('toolcall-1', [{ type: 'x.v1', data: {}, personal }], metadata);
    expect(isSealingFailed(await sealing().catch((cause: unknown) => cause))).toBe(true);
  });

  it('says why it can not give a key, in its own words', async () => {
    const full = { code: 'vault_unavailable', reason: 'full', detail: 'no space is left' } as const;
    const { vault } = await served({ ...createMemoryKeyVault(), key: async () => full });
    expect(await vault.key(NAME)).toEqual(full);
  });

  it('gives the installation’s own keys, the same to every gateway', async () => {
    const { client } = await served();
    for (const [purpose, bytes] of [
      ['permits', PERMITS],
      ['argument-shapes', SHAPES],
    ] as const) {
      const key = await fetchInstallationKey(client, purpose);
      if (isUnreachable(key)) throw new Error(key.detail);
      expect(key.export()).toEqual(bytes);
    }
    expect(await fetchInstallationKey(client, 'master' as 'permits')).toMatchObject({ code: 'unreachable' });
  });
});
