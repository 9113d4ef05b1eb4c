import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callIdFromKey } from './call-id.ts';
import { formatUuid, parseUuid, stamp, UUID } from './uuid.ts';
import { reactionId, uuidV5 } from './uuid-v5.ts';
import { uuidV7 } from './uuid-v7.ts';

/** RFC 9562 section 6.6. */
const DNS = parseUuid('6ba7b810-9dad-11d1-80b4-00c04fd430c8');
const KEY = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f';

describe('UUIDv5', () => {
  it('is the vector of RFC 9562 appendix A.4', () => {
    expect(uuidV5(DNS, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });

  it('of a reaction never changes, for stored events carry it', () => {
    expect(reactionId(KEY, 'meter.reserve.v1', 0)).toBe('7e125a51-af98-5fd4-b409-d7bafab84648');
  });

  it('of a reaction differs by source, handler and index', () => {
    const ids = [
      reactionId(KEY, 'meter.v1', 0),
      reactionId(KEY, 'meter.v1', 1),
      reactionId(KEY, 'meter.v1', 10),
      reactionId(KEY, 'views.v1', 0),
      reactionId('017f22e2-79b0-7cc3-98c4-dc0c0c073990', 'meter.v1', 0),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(UUID);
  });

  it('tells names outside ASCII apart', () => {
    expect(uuidV5(DNS, 'ā')).not.toBe(uuidV5(DNS, '\u0001'));
  });
});

describe('UUIDv7', () => {
  it('is the vector of RFC 9562 appendix A.6', () => {
    const random = Buffer.from('0cc318c4dc0c0c07398f', 'hex');
    expect(uuidV7(0x017f22e279b0, random)).toBe(KEY);
  });

  it('sorts by time as text', () => {
    const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });
    const random = fc.uint8Array({ minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(time, time, random, random, (a, b, x, y) => {
        fc.pre(a < b);
        expect(uuidV7(a, x) < uuidV7(b, y)).toBe(true);
      }),
    );
  });

  it('is refused rather than made with too little randomness or an impossible time', () => {
    expect(() => uuidV7(0, new Uint8Array(9))).toThrow(RangeError);
    expect(() => uuidV7(2 ** 48, new Uint8Array(10))).toThrow(RangeError);
    expect(() => uuidV7(-1, new Uint8Array(10))).toThrow(RangeError);
  });
});

describe('UUIDv8 of an idempotency key', () => {
  it('has version and variant where RFC 9562 appendix B.2 has them', () => {
    const digest = hash('sha256', Buffer.concat([DNS, Buffer.from('www.example.com')]), 'buffer');
    expect(formatUuid(stamp(digest.subarray(0, 16), 8))).toBe('5c146b14-3c52-8afd-938a-375d0df1fbf6');
  });

  it('carries the time of a key that has one', () => {
    const id = callIdFromKey('acme', 'agent:a', KEY);
    expect(id.slice(0, 13)).toBe(KEY.slice(0, 13));
    expect(id[14]).toBe('8');
    expect(id).toMatch(UUID);
  });

  it('is a hash for any other key', () => {
    const id = callIdFromKey('acme', 'agent:a', 'order 4711');
    expect(id).toMatch(UUID);
    expect(id[14]).toBe('8');
  });

  it('never changes, for a retry after an upgrade must find its call', () => {
    expect(callIdFromKey('acme', 'agent:a', KEY)).toBe('017f22e2-79b0-8ddc-b687-a02720a45134');
    expect(callIdFromKey('acme', 'agent:a', 'order 4711')).toBe('f53a00d4-39e9-8042-9984-19343a5136c9');
  });

  it('is one per organization, principal and key, however their letters are divided', () => {
    const part = fc.string({ maxLength: 6 });
    fc.assert(
      fc.property(part, part, part, part, part, part, (a, b, c, x, y, z) => {
        const same = a === x && b === y && c === z;
        expect(callIdFromKey(a, b, c) === callIdFromKey(x, y, z)).toBe(same);
      }),
    );
    expect(callIdFromKey('ab', 'c', 'k')).not.toBe(callIdFromKey('a', 'bc', 'k'));
    expect(callIdFromKey('a', 'bc', 'k')).not.toBe(callIdFromKey('a', 'b', 'ck'));
  });
});

describe('UUID text', () => {
  it('is read and written alike', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        expect([...parseUuid(formatUuid(bytes))]).toEqual([...bytes]);
      }),
    );
  });

  it.each(['', 'x', KEY.toUpperCase(), `${KEY}0`, KEY.slice(1), `${KEY}\n`])('refuses %j', (text) => {
    expect(() => parseUuid(text)).toThrow(RangeError);
  });
});
