import { describe, expect, it } from 'vitest';
import { MAX_FILE_CHARS, MAX_PROBLEMS } from './limits.ts';
import { inFileOrder, type Problem } from './problem.ts';
import { readYaml } from './yaml-source.ts';

const brief = (problems: readonly Problem[]) =>
  problems.map(({ line, column, code }) => `${line}:${column} ${code}`);

function errorsOf(text: string): readonly string[] {
  const result = readYaml(text);
  return result.ok ? [] : brief(result.problems);
}

describe('strict YAML', () => {
  it.each([
    ['anchors and aliases', 'a: &x 1\nb: *x\n', ['1:7 yaml_feature', '2:4 yaml_feature']],
    ['tags', 'a: !!str 5\nb: !own { c: 1 }\n', ['1:10 yaml_feature', '2:9 yaml_feature']],
    ['merge keys', 'a: 1\n<<: { b: 2 }\n', ['2:1 yaml_feature']],
    ['a directive', '%YAML 1.2\n---\na: 1\n', ['1:1 yaml_feature']],
    ['keys that are not texts', '1: a\n? [b]\n: c\n', ['1:1 bad_key', '2:3 bad_key']],
    [
      'keys that stand twice, at any depth',
      'a: 1\nb: { c: 1, c: 2 }\na: 3\n',
      ['2:12 duplicate_key', '3:1 duplicate_key'],
    ],
    ['a second document', 'a: 1\n---\nb: 2\n', ['2:1 yaml_syntax']],
    ['an open bracket', 'a: [1, 2\n', ['2:1 yaml_syntax']],
    ['too many levels', `${'a: { '.repeat(40)}b: 1${' }'.repeat(40)}\n`, ['1:159 too_deep']],
  ])('refuses %s', (_name, text, errors) => {
    expect(errorsOf(text)).toEqual(errors);
  });

  it('says how to write an expression with brackets inside braces', () => {
    const result = readYaml('{ expression: a in ["x"] }');
    expect(result.ok).toBe(false);
    expect(result.ok ? '' : result.problems[0]?.remedy).toContain('quote texts');
  });

  it('refuses a file over the size limit without reading it', () => {
    expect(errorsOf(`a: ${'x'.repeat(MAX_FILE_CHARS - 3)}`)).toEqual([]);
    expect(errorsOf(`a: ${'x'.repeat(MAX_FILE_CHARS - 2)}`)).toEqual(['1:1 too_large']);
  });

  it.each(['[', '{a: ', '- ', '? ', '&a ', '[]'])('survives a file full of %s', (piece) => {
    const text =
      piece === '[]' ? '['.repeat(50_000) + ']'.repeat(50_000) : piece.repeat(100_000 / piece.length);
    expect(errorsOf(text).length).toBeGreaterThan(0);
  });

  it('reads an empty file as nothing', () => {
    expect(readYaml('')).toMatchObject({ ok: true, source: { root: null } });
  });
});

describe('problems', () => {
  const problem = (line: number, column: number) => ({
    line,
    column,
    code: 'c',
    path: '',
    message: 'm',
    remedy: 'r',
  });

  it('are sorted, told once and limited in number', () => {
    expect(brief(inFileOrder([problem(2, 1), problem(1, 5), problem(1, 2), problem(2, 1)]))).toEqual([
      '1:2 c',
      '1:5 c',
      '2:1 c',
    ]);
    const many = Array.from({ length: MAX_PROBLEMS + 50 }, (_, at) => problem(at + 1, 1));
    expect(inFileOrder(many)).toHaveLength(MAX_PROBLEMS);
  });
});
