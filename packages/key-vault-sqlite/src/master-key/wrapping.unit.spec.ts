import { createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { unwrapKey, WRAPPED_BYTES, wrapKey } from './wrapping.ts';

const master = createSecretKey(randomBytes(32));
const bytes = new Uint8Array(randomBytes(32));

describe('a wrapped key', () => {
  it('opens with the same master key and id', () => {
    const wrapped = wrapKey(master, 'a#1', bytes);
    expect(wrapped).toHaveLength(WRAPPED_BYTES);
    expect(unwrapKey(master, 'a#1', wrapped)).toEqual(bytes);
  });

  it('opens under no other id and with no other master key', () => {
    const wrapped = wrapKey(master, 'a#1', bytes);
    expect(unwrapKey(master, 'a#2', wrapped)).toBeNull();
    expect(unwrapKey(createSecretKey(randomBytes(32)), 'a#1', wrapped)).toBeNull();
  });

  it('does not open when a bit is changed or bytes are missing', () => {
    const wrapped = wrapKey(master, 'a#1', bytes);
    for (let bit = 0; bit < wrapped.length * 8; bit += 1) {
      const changed = Buffer.from(wrapped);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(unwrapKey(master, 'a#1', changed), `bit ${bit}`).toBeNull();
    }
    expect(unwrapKey(master, 'a#1', wrapped.subarray(1))).toBeNull();
    expect(unwrapKey(master, 'a#1', Buffer.alloc(WRAPPED_BYTES))).toBeNull();
  });

  it('is another one each time', () => {
    expect(wrapKey(master, 'a#1', bytes)).not.toEqual(wrapKey(master, 'a#1', bytes));
  });
});
