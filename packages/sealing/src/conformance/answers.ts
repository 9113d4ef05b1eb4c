import { expect } from 'vitest';
import {
  type DataKey,
  isVaultUnavailable,
  type KeyName,
  type KeyVault,
  type VaultUnavailable,
} from '../index.ts';

/** Whose key the suite asks for. */
export const ALICE: KeyName = {
  organization: 'acme',
  subject: 'alice',
  month: '2026-11',
  retention: 'standard',
};

/** The answer of a vault that works. */
export function available<Answer extends object>(answer: Answer | VaultUnavailable): Answer {
  if (isVaultUnavailable(answer)) throw new Error(`the vault is unavailable: ${answer.detail}`);
  return answer as Answer;
}

/** The key of a name; fails where the vault gives none. */
export async function keyOf(vault: KeyVault, name: KeyName): Promise<DataKey> {
  const key = available(await vault.key(name));
  expect(key.bytes).toHaveLength(32);
  return key;
}

/** Ids of the keys that were destroyed, sorted; fails where the vault is unavailable. */
export async function destroyed(
  vault: KeyVault,
  ...args: Parameters<KeyVault['destroy']>
): Promise<string[]> {
  return [...available(await vault.destroy(...args)).destroyed].sort();
}
