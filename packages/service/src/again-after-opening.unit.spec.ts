import { expect, it } from 'vitest';
import { againAfterOpening } from './again-after-opening.ts';

it('waits for the vault without end, and for what is corrupt until it is parked', () => {
  const closed = { code: 'vault_unavailable', reason: 'closed', detail: 'the vault is closed' } as const;
  expect(againAfterOpening(closed)).toEqual({ kind: 'again', why: 'the vault is closed', outage: true });
  const corrupt = { code: 'sealed_corrupt', detail: 'event 1 is not what was sealed' } as const;
  expect(againAfterOpening(corrupt)).toEqual({ kind: 'again', why: 'sealed_corrupt' });
});
