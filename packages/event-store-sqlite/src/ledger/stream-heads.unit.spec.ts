import { describe, expect, it } from 'vitest';
import { createStreamHeads } from './stream-heads.ts';

describe('stream heads', () => {
  it('know that a stream of a category without streams is new', () => {
    expect(createStreamHeads(2, []).get('call-1')).toBe(0);
  });

  it('remember versions up to their bound, the least recently used ones leave', () => {
    const heads = createStreamHeads(2, []);
    heads.set('call-1', 10);
    heads.set('call-2', 20);
    expect(heads.get('call-1')).toBe(10);
    heads.set('call-3', 30);
    expect(heads.get('call-2')).toBeUndefined();
    expect(heads.get('call-1')).toBe(10);
    expect(heads.get('call-3')).toBe(30);
  });

  it('know a name behind all forgotten ones of its category to be new, and no other', () => {
    const heads = createStreamHeads(1, ['call-5', 'user-9']);
    expect(heads.get('call-6')).toBe(0);
    expect(heads.get('call-5')).toBeUndefined();
    expect(heads.get('call-4')).toBeUndefined();
    expect(heads.get('agent-1')).toBe(0);
    heads.set('call-7', 1);
    heads.set('user-x', 1);
    expect(heads.get('call-6')).toBeUndefined();
    expect(heads.get('call-8')).toBe(0);
  });

  it('keep the greatest forgotten name, whatever the order of forgetting', () => {
    const heads = createStreamHeads(1, ['call-5']);
    heads.set('call-2', 1);
    heads.set('call-1', 1);
    expect(heads.get('call-3')).toBeUndefined();
    expect(heads.get('call-6')).toBe(0);
  });

  it('conclude nothing from names outside ASCII, which sort differently on disk', () => {
    const heads = createStreamHeads(1, ['user-🙂']);
    expect('user-\uffee' > 'user-🙂').toBe(true);
    expect(heads.get('user-\uffee')).toBeUndefined();
    expect(heads.get('user-zzz')).toBeUndefined();
  });
});
