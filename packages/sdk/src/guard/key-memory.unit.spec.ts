import { describe, expect, it } from 'vitest';
import { createKeyMemory } from './key-memory.ts';

const start = { callId: 'c', permit: 'p' };
const outcome = { permit: 'p', success: true };

describe('createKeyMemory', () => {
  it('knows an own key until its execution begins', () => {
    const memory = createKeyMemory();
    memory.own('k');
    expect(memory.isOwn('k')).toBe(true);
    expect(memory.get('k')).toBeUndefined();
    memory.began('k', start);
    expect(memory.isOwn('k')).toBe(false);
    expect(memory.get('k')).toEqual(start);
    memory.ended('k', outcome);
    expect(memory.get('k')).toEqual({ ...start, outcome });
  });

  it('knows nothing of foreign and forgotten keys', () => {
    const memory = createKeyMemory();
    memory.own('k');
    memory.forget('k');
    expect([memory.isOwn('k'), memory.isOwn('foreign')]).toEqual([false, false]);
    memory.ended('k', outcome);
    expect(memory.get('k')).toBeUndefined();
  });

  it('forgets the key that was longest unused', () => {
    const memory = createKeyMemory(2);
    memory.own('a');
    memory.own('b');
    memory.began('a', start);
    memory.own('c');
    expect([memory.get('a'), memory.isOwn('b'), memory.isOwn('c')]).toEqual([start, false, true]);
  });
});
