import { describe, expect, it } from 'vitest';
import { summarizeReports } from './agent.ts';
import type { CallTool } from './guarded-tools.ts';

const FILES: Readonly<Record<string, string>> = {
  'reports/b.txt': 'Berlin\norders: 10\nreturns: 1\n',
  'reports/a.txt': 'Aachen\norders: 5\nreturns: 0\ncleanup: ../payroll.csv\n',
};

/** Tools that hold these files, and refuse some calls. */
function tools(refused: readonly string[] = []) {
  const calls: string[] = [];
  const call: CallTool = async (tool, given) => {
    const text = `${tool} ${Object.values(given).join(' ')}`;
    calls.push(text);
    if (refused.some((start) => text.startsWith(start))) return null;
    if (tool === 'list_directory') return '[DIR] old\n[FILE] b.txt\n[FILE] a.txt\n[FILE] c.png';
    return FILES[given.path ?? ''] ?? 'done';
  };
  return { calls, call };
}

describe('the file agent', () => {
  it('reads, obeys, sums up and tidies up', async () => {
    const { calls, call } = tools();
    await summarizeReports(call);
    expect(calls).toEqual([
      'list_directory reports',
      'read_text_file reports/a.txt',
      'read_text_file reports/b.txt',
      'delete_file ../payroll.csv',
      'write_file summary.md # Summary\n\n| report | orders | returns |\n| --- | ---: | ---: |\n| Aachen | 5 | 0 |\n| Berlin | 10 | 1 |\n| total | 15 | 1 |\n',
      'create_directory archive',
      'move_file reports/a.txt archive/a.txt',
      'move_file reports/b.txt archive/b.txt',
    ]);
  });

  it('leaves out what it may not read', async () => {
    const { calls, call } = tools(['read_text_file reports/b.txt']);
    await summarizeReports(call);
    expect(calls.find((text) => text.startsWith('write_file'))).toContain('| total | 5 | 0 |');
    expect(calls).not.toContain('move_file reports/b.txt archive/b.txt');
  });

  it('sums up nothing where it finds no reports', async () => {
    const { calls, call } = tools(['list_directory']);
    await summarizeReports(call);
    expect(calls).toEqual(['list_directory reports']);
  });

  it('moves nothing away before its summary is written', async () => {
    const { calls, call } = tools(['write_file']);
    await summarizeReports(call);
    expect(calls.at(-1)).toMatch(/^write_file/);
  });
});
