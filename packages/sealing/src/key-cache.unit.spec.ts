import { createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createKeyCache } from './key-cache.ts';

const key = (id: string) => ({ id, secret: createSecretKey(randomBytes(32)) });

describe('the key cache', () => {
  it('gives a key by id and by name until its time is over', () => {
    const cache = createKeyCache(10);
    const held = key('a#1');
    cache.keep(held, 100, 'a');
    expect(cache.ofId('a#1', 99)?.secret).toBe(held.secret);
    expect(cache.ofName('a', 99)?.secret).toBe(held.secret);
    expect(cache.ofName('a', 100)).toBeUndefined();
    expect(cache.ofId('a#1', 99)).toBeUndefined();
  });

  it('keeps the most recently used ones within its bound', () => {
    const cache = createKeyCache(2);
    cache.keep(key('a#1'), 100, 'a');
    cache.keep(key('b#1'), 100, 'b');
    cache.ofName('a', 0);
    cache.keep(key('c#1'), 100, 'c');
    expect([cache.ofName('a', 0)?.id, cache.ofName('b', 0)?.id, cache.ofName('c', 0)?.id]).toEqual([
      'a#1',
      undefined,
      'c#1',
    ]);
  });

  it('remembers that a key is the live one of its name when it is kept again by id', () => {
    const cache = createKeyCache(2);
    cache.keep(key('a#1'), 100, 'a');
    cache.keep(key('a#1'), 200);
    expect(cache.ofName('a', 150)?.id).toBe('a#1');
  });

  it('keeps the new key of a name when the old one is dropped', () => {
    const cache = createKeyCache(2);
    cache.keep(key('a#1'), 100, 'a');
    cache.keep(key('a#2'), 100, 'a');
    cache.drop(['a#1']);
    expect(cache.ofName('a', 0)?.id).toBe('a#2');
    cache.drop(['a#2']);
    expect(cache.ofName('a', 0)).toBeUndefined();
  });
});
