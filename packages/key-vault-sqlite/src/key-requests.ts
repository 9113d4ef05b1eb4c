import { type DataKey, type KeyName, keyNameText, type VaultUnavailable } from '@countersign/sealing';

type Given = DataKey | VaultUnavailable;

/**
 * Names that are asked for in one turn of the event loop go together: keys that are first used at the same time (a month
 * begins) share one transaction and one fsync. A name asked for twice goes once.
 */
export function createKeyRequests(
  give: (names: readonly KeyName[]) => readonly Given[] | VaultUnavailable,
): (name: KeyName) => Promise<Given> {
  interface Waiting extends PromiseWithResolvers<Given> {
    readonly name: KeyName;
  }
  let waiting = new Map<string, Waiting>();

  const giveAll = () => {
    const batch = [...waiting.values()];
    waiting = new Map();
    const answer = give(batch.map(({ name }) => name));
    batch.forEach(({ resolve }, index) => {
      resolve(Array.isArray(answer) ? answer[index] : answer);
    });
  };

  return (name) => {
    const text = keyNameText(name);
    const asked = waiting.get(text) ?? { name, ...Promise.withResolvers<Given>() };
    if (waiting.size === 0) setImmediate(giveAll);
    waiting.set(text, asked);
    return asked.promise;
  };
}
