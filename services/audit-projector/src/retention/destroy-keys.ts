import type { RetentionFlushed } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import { again, DONE, outage, type ReactionOutcome } from '@countersign/processing';
import { isVaultUnavailable, type KeyRecord, type KeySelection, type KeyVault } from '@countersign/sealing';
import { TRACE_RETENTION } from '@countersign/service';
import type { AuditTrail } from '../audit/trail.ts';

/** Consumer group of the reaction that destroys data keys. */
export const RETENTION_GROUP = 'audit-projector.retention.v1';

/**
 * Destroys the data keys of calls that were let go of. A key is one person's of one month, so it goes when the whole month is
 * past: until then what it seals is hidden and can still be read by who has the vault. Keys of people under a legal hold stay.
 */
export function createDestroyKeys(deps: {
  readonly vault: Pick<KeyVault, 'list' | 'destroy'>;
  readonly trail: AuditTrail;
}): (message: Message) => Promise<ReactionOutcome> {
  const { vault, trail } = deps;
  return async ({ organization, data }) => {
    const { domain, before, except } = data as unknown as RetentionFlushed;
    if (domain !== 'traces') return DONE;
    const held = new Set(except);
    const selections = new Map<string, KeySelection>();
    for (let after: string | undefined; ; ) {
      const page = await vault.list(
        { organization, retention: TRACE_RETENTION },
        after === undefined ? {} : { after },
      );
      if (isVaultUnavailable(page)) return outage(page.detail);
      for (const key of page.keys) {
        if (key.destroyed || held.has(key.subject) || endOf(key) > before) continue;
        const { subject, month, retention } = key;
        selections.set(`${month}/${subject}`, { organization, subject, month, retention });
      }
      if (page.next === null) break;
      after = page.next;
    }
    let keys = 0;
    for (const selection of selections.values()) {
      const gone = await vault.destroy(selection);
      if (isVaultUnavailable(gone)) return outage(gone.detail);
      keys += gone.destroyed.length;
    }
    if (keys === 0) return DONE;
    const event = { type: 'retention-keys-destroyed.v1', data: { domain, before, keys } } as const;
    return (await trail.record(organization, event)) ? DONE : again('the trail did not take it');
  };
}

/** When the month of a key is over, as events write times. */
function endOf({ month }: KeyRecord): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, number, 1)).toISOString();
}
