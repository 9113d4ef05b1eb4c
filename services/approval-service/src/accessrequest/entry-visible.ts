import type { AclResource } from '@countersign/access';
import type { AclBoard } from '@countersign/directory';

/** Resolves with whether an entry of an access list is known here, in time; a grant is answered no sooner. */
export type WhenEntryVisible = (
  organization: string,
  resource: AclResource,
  entryId: string,
) => Promise<boolean>;

/** Longest wait for policy-engine to make the entry, in ms. */
const WAIT_MS = 5_000;

/** Tells of entries as the board learns of them; `changed` is called after each change of the board. */
export function createEntryVisible(board: Pick<AclBoard, 'get'>): {
  readonly whenVisible: WhenEntryVisible;
  readonly changed: () => void;
} {
  const waiting = new Set<() => void>();
  return {
    changed() {
      for (const look of waiting) look();
    },
    whenVisible(organization, resource, entryId) {
      const isThere = () =>
        board.get(organization, resource)?.entries.some(({ id }) => id === entryId) ?? false;
      return new Promise((resolve) => {
        const end = (visible: boolean) => {
          waiting.delete(look);
          clearTimeout(timer);
          resolve(visible);
        };
        const look = () => {
          if (isThere()) end(true);
        };
        const timer = setTimeout(() => end(isThere()), WAIT_MS);
        waiting.add(look);
        look();
      });
    },
  };
}
