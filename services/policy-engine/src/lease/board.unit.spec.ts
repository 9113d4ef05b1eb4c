import type { Message } from '@countersign/message-bus';
import { TEST_EPOCH } from '@countersign/testing';
import { expect, it } from 'vitest';
import { createLeaseBoard } from './board.ts';

const START = Date.parse(TEST_EPOCH);
const after = (seconds: number) => new Date(START + seconds * 1_000).toISOString();
const told = (type: string, data: object, organization = 'acme') =>
  ({ type: `workintent.${type}`, organization, time: TEST_EPOCH, data }) as unknown as Message;
const acquired = (lease_id: string, intent_id: string, seconds: number, organization = 'acme') => {
  const by = { kind: 'agent', id: 'ann' };
  return told(
    'lease_acquired',
    { lease_id, intent_id, scope: 'a', expires_at: after(seconds), by },
    organization,
  );
};

it('O-LSE-1: knows the leases that there are, and which are over the longest', () => {
  const board = createLeaseBoard();
  const events = [
    acquired('late', 'one', 30),
    acquired('early', 'two', 10),
    acquired('other', 'one', 5, 'globex'),
    acquired('renewed', 'one', 20),
    told('lease_renewed', { lease_id: 'renewed', intent_id: 'one', expires_at: after(40) }),
    acquired('given-back', 'one', 20),
    told('lease_ended', { lease_id: 'given-back', intent_id: 'one' }),
    told('lease_ended', { lease_id: 'unknown', intent_id: 'one' }),
    told('lease_renewed', { lease_id: 'unknown', intent_id: 'three', expires_at: after(40) }),
  ];
  // At least once: what was heard is heard again.
  for (const event of [...events, ...events]) board.apply(event);
  const ids = (leases: readonly { readonly id: string }[]) => leases.map(({ id }) => id).toSorted();
  expect(ids(board.of('acme', 'one'))).toEqual(['late', 'renewed']);
  expect(ids(board.inOrganization('acme'))).toEqual(['early', 'late', 'renewed']);
  const overdue = (seconds: number, limit = 9) =>
    board.overdue(START + seconds * 1_000, limit).map(({ id, dueAt }) => [id, dueAt - START]);
  expect(overdue(9)).toEqual([['other', 5_000]]);
  expect(overdue(30)).toEqual([
    ['other', 5_000],
    ['early', 10_000],
    ['late', 30_000],
  ]);
  expect(overdue(100, 1)).toEqual([['other', 5_000]]);
});
