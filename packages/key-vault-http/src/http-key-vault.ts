import { createSecretKey, type KeyObject } from 'node:crypto';
import { type ClusterClient, isUnreachable, type Unreachable } from '@countersign/internal-http';
import { type KeyVault, VAULT_CLOSED, type VaultUnavailable } from '@countersign/sealing';
import type { z } from 'zod';
import { ANSWERS, type InstallationPurpose, PATHS } from './wire.ts';

/**
 * The vault of another process. It keeps nothing: the sealer holds keys, for 60 s at most, and what was destroyed elsewhere
 * is known here no later.
 */
export function createHttpKeyVault(client: ClusterClient): KeyVault {
  const listeners: ((ids: readonly string[]) => void)[] = [];
  let closed = false;

  const ask = async <Answer extends object>(
    path: string,
    body: object,
    schema: z.ZodType<Answer>,
  ): Promise<Answer | VaultUnavailable> => {
    if (closed) return VAULT_CLOSED;
    const answer = await client.ask(path, body, schema);
    if (!isUnreachable(answer)) return answer;
    return { code: 'vault_unavailable', reason: 'unreachable', detail: `the key vault: ${answer.detail}` };
  };

  return {
    key: ({ organization, subject, month, retention }) =>
      ask(PATHS.key, { organization, subject, month, retention }, ANSWERS.key),
    peek: (id) => ask(PATHS.peek, { id }, ANSWERS.peek),
    async destroy(selection) {
      const answer = await ask(PATHS.destroy, selection, ANSWERS.destroy);
      if ('destroyed' in answer && answer.destroyed.length > 0)
        for (const listener of listeners) listener(answer.destroyed);
      return answer;
    },
    list: (selection, page = {}) => ask(PATHS.list, { selection, ...page }, ANSWERS.list),
    onDestroyed: (listener) => void listeners.push(listener),
    async close() {
      closed = true;
    },
  };
}

/** A key that the installation derives from its master key, which only the vault's process has. */
export async function fetchInstallationKey(
  client: ClusterClient,
  purpose: InstallationPurpose,
): Promise<KeyObject | Unreachable> {
  const answer = await client.ask(PATHS.installationKey, { purpose }, ANSWERS.installationKey);
  return isUnreachable(answer) ? answer : createSecretKey(answer.bytes);
}
