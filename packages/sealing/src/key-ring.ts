import { createSecretKey } from 'node:crypto';
import { createKeyCache, type HeldKey } from './key-cache.ts';
import { type KeyName, keyNameText } from './key-name.ts';
import {
  type DataKey,
  isVaultUnavailable,
  type KeyVault,
  type MissingKey,
  type VaultUnavailable,
} from './key-vault.ts';

interface KeyRingOptions {
  readonly vault: KeyVault;
  readonly cachedKeys: number;
  readonly keyTtlMs: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** The keys in use: held ones at once, others from the vault. A destroyed key is never given out again. */
export interface KeyRing {
  heldOfName(nameText: string): HeldKey | undefined;
  heldOfId(id: string): HeldKey | undefined;
  fetchOfName(name: KeyName): Promise<HeldKey | VaultUnavailable>;
  fetchOfId(id: string): Promise<HeldKey | MissingKey | VaultUnavailable>;
}

/** Keys of a vault, each held for `keyTtlMs` at most and dropped as soon as the vault tells that it was destroyed. */
export function createKeyRing({ vault, cachedKeys, keyTtlMs, now }: KeyRingOptions): KeyRing {
  const cache = createKeyCache(cachedKeys);
  let destructions = 0;
  vault.onDestroyed((ids) => {
    destructions += 1;
    cache.drop(ids);
  });

  const hold = (key: DataKey, asked: number, nameText?: string): HeldKey => {
    const held = { id: key.id, secret: createSecretKey(key.bytes) };
    // From the asking on: what happened to the key while the answer travelled counts against its time.
    cache.keep(held, asked + keyTtlMs, nameText);
    return held;
  };

  /**
   * An answer that crossed a destruction may hold what was destroyed: it is thrown away and asked for again. `take` runs
   * in the same turn as that check, so that no destruction comes between check and cache.
   */
  const ask = async <Answer, Taken>(
    request: () => Promise<Answer>,
    take: (answer: Answer, asked: number) => Taken,
  ): Promise<Taken> => {
    for (;;) {
      const asked = now();
      const before = destructions;
      const answer = await request();
      if (before === destructions) return take(answer, asked);
    }
  };

  return {
    heldOfName: (nameText) => cache.ofName(nameText, now()),
    heldOfId: (id) => cache.ofId(id, now()),
    fetchOfName: (name) =>
      ask(
        () => vault.key(name),
        (answer, asked) => (isVaultUnavailable(answer) ? answer : hold(answer, asked, keyNameText(name))),
      ),
    fetchOfId: (id) =>
      ask(
        () => vault.peek(id),
        (answer, asked) => (isVaultUnavailable(answer) || 'missing' in answer ? answer : hold(answer, asked)),
      ),
  };
}
