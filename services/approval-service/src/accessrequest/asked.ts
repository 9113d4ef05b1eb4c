import { type AclResource, type Party, principalKey } from '@countersign/access';
import type { Message } from '@countersign/message-bus';
import { type Bucket, charged, conformance } from '@countersign/metering';
import { resourceKey } from '../views/access-requests.ts';

/** How many requests for access one principal may open at once, and how many a minute in the long run. */
export const REQUEST_LIMITS = { capacity: 30, rate: 10 };

/** What somebody has asked for until now. */
export interface Asked {
  /** How many requests they have opened: the next one's number. */
  readonly count: number;
  /** Whether one for this waits. */
  isWaiting(resource: AclResource): boolean;
  /** How long until they may open another, in ms; null for now. */
  wait(nowMs: number): number | null;
}

/** What everybody has asked for, folded from control events. Small: one short row for each principal that ever asked. */
export interface AskedBoard {
  of(organization: string, principal: Party): Asked;
  apply(message: Message): void;
}

/** What the board is folded from. */
export const ASKED_TYPES = [
  'accessrequest.opened',
  'accessrequest.approved',
  'accessrequest.denied',
  'accessrequest.expired',
] as const;

interface Row {
  readonly count: number;
  readonly bucket: Bucket | undefined;
  readonly waiting: ReadonlySet<string>;
  readonly position: number;
}

const NOBODY: Row = { count: 0, bucket: undefined, waiting: new Set(), position: 0 };

/** Empty: nobody has asked for anything. */
export function createAskedBoard(): AskedBoard {
  const rows = new Map<string, Row>();
  const keyOf = (organization: string, principal: Party) => `${organization}:${principalKey(principal)}`;
  return {
    of(organization, principal) {
      const { count, bucket, waiting } = rows.get(keyOf(organization, principal)) ?? NOBODY;
      return {
        count,
        isWaiting: (resource) => waiting.has(resourceKey(resource)),
        wait(nowMs) {
          const fits = conformance(bucket, REQUEST_LIMITS, 1, nowMs);
          return fits.conforms ? null : (fits.retryAfterMs ?? 0);
        },
      };
    },
    apply({ type, organization, data, time, position }) {
      if (!ASKED_TYPES.some((known) => known === type)) return;
      const { principal, resource } = data as unknown as {
        readonly principal: Party;
        readonly resource: AclResource;
      };
      const key = keyOf(organization, principal);
      const row = rows.get(key) ?? NOBODY;
      if (row.position >= position) return;
      const waiting = new Set(row.waiting);
      if (type !== 'accessrequest.opened') {
        waiting.delete(resourceKey(resource));
        rows.set(key, { ...row, waiting, position });
        return;
      }
      waiting.add(resourceKey(resource));
      const bucket = charged(row.bucket, REQUEST_LIMITS.rate, 1, Date.parse(time));
      rows.set(key, { count: row.count + 1, bucket, waiting, position });
    },
  };
}
