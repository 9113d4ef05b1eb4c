import { expect, it } from 'vitest';
import type { CallRow, CallStatus } from '../views/call-row.ts';
import { createIsKept } from './visibility.ts';

const call = (created_at: string, status: CallStatus = 'succeeded', user_id = 'bob') =>
  ({ organization: 'acme', created_at, status, user_id }) as unknown as CallRow;

it('A-RET-1, A-RET-9: keeps what has ended since, what is under way, and what a legal hold covers', () => {
  const horizon = { before: '2026-11-02T00:00:00.000Z', except: new Set(['ann']) };
  const isKept = createIsKept({ horizon: (organization) => (organization === 'acme' ? horizon : undefined) });
  expect(isKept(call('2026-11-02T00:00:00.000Z'))).toBe(true);
  expect(isKept(call('2026-11-01T23:59:59.999Z'))).toBe(false);
  expect(isKept(call('2026-10-01T00:00:00.000Z', 'awaiting_approval'))).toBe(true);
  expect(isKept(call('2026-10-01T00:00:00.000Z', 'failed', 'ann'))).toBe(true);
  expect(isKept({ ...call('2026-10-01T00:00:00.000Z'), organization: 'globex' })).toBe(true);
});
