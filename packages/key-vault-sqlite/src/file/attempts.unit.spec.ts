import { describe, expect, it } from 'vitest';
import { createAttempts } from './attempts.ts';

const failing = (code: string) => () => {
  throw Object.assign(new Error('disk trouble'), { code });
};

describe('attempts on a vault file', () => {
  it.each([
    ['SQLITE_IOERR_FSYNC', 'failed'],
    ['SQLITE_IOERR_WRITE', 'failed'],
    ['SQLITE_CORRUPT', 'corrupt'],
    ['SQLITE_CORRUPT_INDEX', 'corrupt'],
    ['ERR_SOMETHING_ELSE', 'failed'],
  ])('stop for good after %s', (code, reason) => {
    const attempts = createAttempts('vault.sqlite');
    expect(attempts.run(failing(code))).toMatchObject({ code: 'vault_unavailable', reason });
    expect(attempts.run(() => ({ fine: true }))).toMatchObject({ code: 'vault_unavailable', reason });
  });

  it.each([
    ['SQLITE_BUSY', 'unreachable'],
    ['SQLITE_FULL', 'full'],
    ['SQLITE_READONLY', 'read_only'],
    ['SQLITE_READONLY_DBMOVED', 'read_only'],
  ])('go on after %s, which passes or can be mended', (code, reason) => {
    const attempts = createAttempts('vault.sqlite');
    expect(attempts.run(failing(code))).toMatchObject({
      code: 'vault_unavailable',
      reason,
      detail: expect.stringContaining('vault.sqlite'),
    });
    expect(attempts.run(() => ({ fine: true }))).toEqual({ fine: true });
  });

  it('say closed after the end, also after a failure', () => {
    const attempts = createAttempts('vault.sqlite');
    attempts.run(failing('SQLITE_IOERR'));
    attempts.end();
    expect(attempts.run(() => 1)).toMatchObject({ reason: 'closed' });
  });
});
