import { expect, it } from 'vitest';
import { deadLetterRecord } from './dead-letters.ts';

const letter = {
  topic: 'orders',
  partition: 1,
  offset: '7',
  key: Buffer.from('acme'),
  value: Buffer.alloc(1024 * 1024, 'x'),
  consumer: 'mail.v1@one',
  code: 'malformed_record',
  detail: 'a test',
  attempts: 1,
  firstAttemptMs: 0,
  lastAttemptMs: 0,
};

it('a letter is written without the headers of its original where these have become too large for its topic', () => {
  // As a name of 700,000 bytes is read that are no UTF-8: three times as long.
  const { value, headers } = deadLetterRecord({
    ...letter,
    headers: { ['\ufffd'.repeat(700_000)]: Buffer.from('a') },
  });
  expect(value).toBe(letter.value);
  expect(Object.keys(headers).every((name) => name.startsWith('dlq_'))).toBe(true);
  const kept = deadLetterRecord({ ...letter, headers: { note: Buffer.from('a') } });
  expect(kept.headers).toMatchObject({ note: [Buffer.from('a')], dlq_offset: '7' });
});
