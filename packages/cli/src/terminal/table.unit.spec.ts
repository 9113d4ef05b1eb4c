import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { record } from './record.ts';
import { table } from './table.ts';

const plain = pc.createColors(false);
const coloured = pc.createColors(true);

describe('a table', () => {
  const columns = [
    { title: 'ID', of: ({ id }: { id: string }) => id },
    { title: 'WHY', of: ({ why }: { why?: string | null; id: string }) => why },
  ];

  it('aligns its columns, and shows what is not there', () => {
    expect(
      table(
        columns,
        [
          { id: 'a', why: 'because' },
          { id: 'longer', why: null },
        ],
        plain,
      ),
    ).toBe('ID      WHY\na       because\nlonger  -');
  });

  it('keeps one row on one line, whatever it holds', () => {
    const text = table(columns, [{ id: 'a', why: 'one\ntwo\u001b[2J' }], plain);
    expect(text.split('\n')).toHaveLength(2);
    expect(text).toContain('one\\ntwo\\u001b[2J');
  });

  it('cuts cells, not lines', () => {
    const [, line] = table(columns, [{ id: 'x'.repeat(500), why: 'end' }], plain).split('\n');
    expect(line).toBe(`${'x'.repeat(59)}…  end`);
  });

  it('colours without moving anything', () => {
    const painted = [{ ...columns[0]!, paint: () => coloured.red }, columns[1]!];
    const rows = [{ id: 'a', why: 'b' }];
    expect(stripVTControlCharacters(table(painted, rows, coloured))).toBe(table(columns, rows, plain));
  });
});

describe('a record', () => {
  it('shows members by name, without those that are null, and says what is erased', () => {
    const value = {
      id: 'a',
      display_name: { erased: true },
      project: null,
      acts_for: ['x', 'y'],
      plan: { a: 1 },
    };
    expect(record(value, plain)).toBe(
      'id            a\ndisplay_name  (erased)\nacts_for      x, y\nplan          {"a":1}',
    );
  });
});
