import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSseParser } from './sse-parser.ts';

const parse = (...pieces: string[]) => {
  const parser = createSseParser();
  return pieces.flatMap((piece) => parser.push(piece));
};

describe('createSseParser', () => {
  it('reads ids and data, joins lines of data, passes over comments and unknown fields', () => {
    expect(parse(': hello\n\nid: 1\nevent: x\ndata: a\ndata:b\nnonsense\n\n:\n\ndata:  c\n\n')).toEqual([
      { id: undefined, data: '' },
      { id: '1', data: 'a\nb' },
      { id: '1', data: '' },
      { id: '1', data: ' c' },
    ]);
  });

  it('reads the same whatever the line ends and wherever the pieces are cut', () => {
    const line = fc.constantFrom('id: 7', 'id: 8', 'data: {"a":1}', 'data', ': note', 'retry: 5', '', '');
    const end = fc.constantFrom('\n', '\r\n', '\r');
    const text = fc.array(fc.tuple(line, end)).map((lines) => lines.flat().join(''));
    fc.assert(
      fc.property(text, fc.array(fc.nat(200)), (whole, cuts) => {
        const at = [0, ...cuts.map((cut) => Math.min(cut, whole.length)), whole.length].sort((a, b) => a - b);
        const pieces = at.slice(1).map((to, index) => whole.slice(at[index], to));
        expect(parse(...pieces)).toEqual(parse(whole));
      }),
      { numRuns: 2_000 },
    );
  });

  it('drops a message that the end of the stream cuts', () => {
    expect(parse('id: 1\ndata: a\n\nid: 2\ndata: b')).toEqual([{ id: '1', data: 'a' }]);
  });

  it('tells the reconnection time', () => {
    const parser = createSseParser();
    parser.push('retry: 1500\nretry: soon\n');
    expect(parser.retryMs()).toBe(1_500);
  });

  it('holds no more than one message of the longest length', () => {
    const parser = createSseParser(100);
    parser.push(`data: ${'x'.repeat(60)}\n`);
    expect(() => parser.push(`data: ${'x'.repeat(60)}\n`)).toThrow('longer than 100');
    expect(() => createSseParser(100).push('x'.repeat(101))).toThrow('longer than 100');
    expect(() => createSseParser(100).push(`data: ${'x'.repeat(90)}\n\n`.repeat(5))).not.toThrow();
  });
});
