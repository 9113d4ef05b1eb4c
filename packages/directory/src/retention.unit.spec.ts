import type { Message } from '@countersign/message-bus';
import { expect, it } from 'vitest';
import { createRetentionBoard } from './retention.ts';

const message = (sequence: number, type: string, data: object, organization = 'acme'): Message =>
  ({ type, organization, subject: `retention-${organization}`, sequence, data }) as unknown as Message;

it('tells what is let go of in each domain, and which holds stand, whatever comes twice', () => {
  const board = createRetentionBoard();
  const held = message(2, 'retention.held', { hold_id: 'case', subject: 'ann' });
  const messages = [
    message(1, 'retention.flushed', { domain: 'traces', before: '2026-11-01', except: [] }),
    held,
    message(3, 'retention.flushed', { domain: 'traces', before: '2026-11-02', except: ['ann'] }),
    message(1, 'retention.flushed', { domain: 'traces', before: '2026-11-01', except: [] }),
    message(1, 'plan.published', {}, 'globex'),
  ];
  for (const each of messages) board.apply(each);
  expect(board.horizon('acme', 'traces')).toEqual({ before: '2026-11-02', except: new Set(['ann']) });
  expect([board.horizon('acme', 'events'), board.horizon('globex', 'traces')]).toEqual([
    undefined,
    undefined,
  ]);
  expect([...board.holds('acme')]).toEqual([['case', held]]);
  board.apply(message(4, 'retention.lifted', { hold_id: 'case', subject: 'ann' }));
  expect([...board.holds('acme')]).toEqual([]);
});
