import { describe, expect, it } from 'vitest';
import { eventUuid, isUuid } from './event-uuid.ts';

describe('the UUID of an event', () => {
  it('is its id, where that is one', () => {
    const id = '0195512f-7a00-7000-8000-00000000abcd';
    expect(eventUuid(id)).toBe(id);
  });

  it.each(['a1', '', 'order/7', '0195512F-7A00-7000-8000-00000000ABCD'])(
    'is made of %j, always the same',
    (id) => {
      expect(isUuid(eventUuid(id))).toBe(true);
      expect(eventUuid(id)).toBe(eventUuid(id));
      expect(eventUuid(id)).not.toBe(eventUuid(`${id}x`));
    },
  );
});
