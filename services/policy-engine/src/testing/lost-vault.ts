import type { KeyVault, VaultUnavailable } from '@countersign/sealing';

/** A vault that gives no key while it is lost. */
export function lostVault() {
  const down: VaultUnavailable = { code: 'vault_unavailable', reason: 'unreachable', detail: 'lost' };
  let asked = 0;
  let waiting: { times: number; resolve: () => void }[] = [];
  const state = {
    lost: false,
    /** Resolves when it has refused this often. */
    asked: (times: number) =>
      new Promise<void>((resolve) => {
        waiting.push({ times, resolve });
      }),
    through: (vault: KeyVault): KeyVault => {
      const answer = <Given>(give: () => Promise<Given>): Promise<Given | VaultUnavailable> => {
        if (!state.lost) return give();
        asked += 1;
        for (const one of waiting.filter(({ times }) => times <= asked)) one.resolve();
        waiting = waiting.filter(({ times }) => times > asked);
        return Promise.resolve(down);
      };
      return {
        ...vault,
        key: (name) => answer(() => vault.key(name)),
        peek: (id) => answer(() => vault.peek(id)),
      };
    },
  };
  return state;
}
