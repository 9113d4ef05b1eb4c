import type { CommandHandler, Handled } from '@countersign/event-store';
import { describe, expect, it } from 'vitest';
import { createAccessExpiries } from './access-expiries.ts';
import { createLeaseExpiries } from './lease-expiries.ts';

const failed: Handled<never, never> = {
  kind: 'failed',
  error: { code: 'StoreUnavailable', reason: 'unreachable', detail: 'no answer' },
};
const failing: CommandHandler<never, never, never> = {
  handle: () => Promise.resolve(failed),
  load: () => Promise.reject(new Error('not asked for')),
};

describe('what could not be recorded as run out', () => {
  it('is told to the loop, which reports it and tries again', async () => {
    const leases = createLeaseExpiries({ leases: { overdue: () => [] }, workIntents: failing });
    const holder = { kind: 'agent', id: 'ann' } as const;
    const lease = {
      ...{ id: 'l', organization: 'acme', intent_id: 'i', scope: '*', holder, acquired: 1, dueAt: 0 },
      ...{ acquired_at: '2026-11-21T09:00:00.000Z', expires_at: '2026-11-21T09:01:00.000Z' },
    };
    await expect(leases.fire(lease, 0)).resolves.toMatchObject({ kind: 'failed' });
    const lists = createAccessExpiries({ board: { overdue: () => [] }, lists: failing });
    const list = { organization: 'acme', resource: { kind: 'intent', id: 'i' }, dueAt: 0 } as const;
    await expect(lists.fire(list, 0)).resolves.toMatchObject({ kind: 'failed' });
  });
});
