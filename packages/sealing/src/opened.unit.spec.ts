import { describe, expect, it } from 'vitest';
import { disclose } from './index.ts';
import { matchDigests } from './opened.ts';

const [reason, error] = [disclose('reason', 'r', 'c2FsdA'), disclose('error', 'e', 'c2FsdA')];
const digests = { reason: reason.digest, error: error.digest };

describe('matching disclosures with digests', () => {
  it('names each disclosure by its digest, in any order', () => {
    expect(matchDigests([error.encoded, reason.encoded], digests)).toEqual([error, reason]);
  });

  it.each([
    ['one disclosure for two digests', [reason.encoded, reason.encoded], digests],
    ['one digest for two names', [reason.encoded], { reason: reason.digest, error: reason.digest }],
    ['a disclosure less', [reason.encoded], digests],
    ['a disclosure more', [reason.encoded, error.encoded], { reason: reason.digest }],
    ['no disclosure', [], digests],
  ])('refuses %s', (_what, encoded, committed) => {
    expect(matchDigests(encoded, committed)).toBeNull();
  });
});
