import { readFields, readYaml, startReading } from '@countersign/strict-yaml';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { sourceOffset } from './scalar-offsets.ts';

/** What stands in the file where the value at key `v` has its `index`-th character. */
function sourceAt(text: string, index: number): string {
  const yaml = readYaml(text);
  if (!yaml.ok) throw new Error(yaml.problems[0]?.message);
  const { reading, root } = startReading(yaml.source);
  const at = readFields(reading, root, ['v'])!.v!;
  return text.slice(sourceOffset(text, at, index));
}

describe('the place of a character in a file', () => {
  it.each([
    ['plain', 'v: a && b\n'],
    ['single-quoted', "v: 'a ''x'' && b'\n"],
    ['double-quoted', 'v: "a \\"x\\" \\u0041 \\n && b"\n'],
    ['double-quoted over lines', 'v: "a &&\\\n   \n   && b"\n'],
    ['literal', 'v: |\n  a\n\n    && b\n'],
    ['folded', 'v: >- # why\n  a\n  && b\n'],
    ['plain over lines', 'v: a\n  && b\n'],
  ])('is found in a %s scalar', (_style, text) => {
    const value = String(parse(text).v);
    expect(sourceAt(text, value.lastIndexOf('b'))).toMatch(/^b["']?\s*$/);
    expect(sourceAt(text, 0)).toMatch(/^a/);
  });

  it('is the end for what lies behind the last character', () => {
    expect(sourceAt("v: 'a &&'\n", 4)).toBe("'\n");
    expect(sourceAt('v: >-\n  a &&\n', 4)).toBe('\n');
  });

  it('is found for every character of any expression in any style', () => {
    const pieces = fc.array(fc.constantFrom('a', ' && ', '"x"', "'y'", ' ', '\\', '#', ': ', '[', '\n'), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(pieces, fc.constantFrom('double', 'single', 'literal'), (parts, style) => {
        const value = `a${parts.join('')}b`.replace(/ +\n/g, '\n');
        const text = written(value, style);
        [...value].forEach((character, index) => {
          if (/\s/.test(character)) return;
          const found = sourceAt(text, index);
          // Only in double quotes is a backslash not a character of its own.
          const at = style === 'double' && found.startsWith('\\') ? 1 : 0;
          expect(found[at]).toBe(character);
        });
      }),
    );
  });
});

function written(value: string, style: string): string {
  if (style === 'double') return `v: ${JSON.stringify(value)}\n`;
  const folded = value.replaceAll('\n', ' ');
  return style === 'single'
    ? `v: '${folded.replaceAll("'", "''")}'\n`
    : `v: |\n  ${value.replaceAll('\n', '\n  ')}\n`;
}
