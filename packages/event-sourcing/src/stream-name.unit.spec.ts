import { describe, expect, it } from 'vitest';
import { categoryOf, idOf, streamName } from './stream-name.ts';
import { NO_STREAM, versionOf } from './stream-version.ts';

describe('stream names', () => {
  it.each([
    ['toolcall', '0190c0de-0000-7000-8000-000000000000'],
    ['agent', 'acme:invoice-agent'],
    ['meter', 'acme-12'],
  ])('join and divide category %s and id %s', (category, id) => {
    const name = streamName(category, id);
    expect(name).toBe(`${category}-${id}`);
    expect(categoryOf(name)).toBe(category);
    expect(idOf(name)).toBe(id);
  });

  it.each(['', 'tool-call', 'Tool', 'tool2', 'tool '])('refuse the category %j', (category) => {
    expect(() => streamName(category, 'x')).toThrow(RangeError);
  });

  it('refuse an empty id', () => {
    expect(() => streamName('tool', '')).toThrow(RangeError);
  });
});

describe('expected versions', () => {
  it('name version 0 as no stream', () => {
    expect(versionOf(NO_STREAM)).toBe(0);
    expect(versionOf(0)).toBe(0);
    expect(versionOf(7)).toBe(7);
  });
});
