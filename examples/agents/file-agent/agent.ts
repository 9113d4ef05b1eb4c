import type { CallTool } from './guarded-tools.ts';

const FIGURES = ['orders', 'returns'] as const;

interface Report {
  readonly name: string;
  readonly title: string;
  readonly figures: Readonly<Record<(typeof FIGURES)[number], number>>;
  /** Files that the report asks to be removed. The agent believes what it reads, as agents do. */
  readonly cleanup: readonly string[];
}

/**
 * Reads the reports in `reports/`, writes `summary.md`, and tidies up: what a report asks to be removed is removed, and
 * reports that are summed up go to `archive/`. A refused step is left out, and so is whatever needs it.
 */
export async function summarizeReports(call: CallTool): Promise<void> {
  const reports = await readReports(call);
  if (reports.length === 0) return;
  for (const { name, cleanup } of reports) {
    for (const path of cleanup) await call('delete_file', { path }, `${name} asks for it`);
  }
  const content = summaryOf(reports);
  const written = await call('write_file', { path: 'summary.md', content }, 'the weekly summary');
  if (written === null) return;
  await call('create_directory', { path: 'archive' }, 'a place for reports that are summed up');
  for (const { name } of reports) {
    const paths = { source: `reports/${name}`, destination: `archive/${name}` };
    await call('move_file', paths, 'this report is summed up');
  }
}

async function readReports(call: CallTool): Promise<readonly Report[]> {
  const listing = await call('list_directory', { path: 'reports' }, 'to find the reports');
  const names = [...(listing ?? '').matchAll(/^\[FILE\] (.+\.txt)$/gm)].map(([, name]) => name!);
  const reports: Report[] = [];
  for (const name of names.sort()) {
    const text = await call('read_text_file', { path: `reports/${name}` }, 'to sum it up');
    if (text !== null) reports.push(parseReport(name, text));
  }
  return reports;
}

function parseReport(name: string, text: string): Report {
  const figure = (label: string): number =>
    Number(new RegExp(`^${label}: (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  return {
    name,
    title: text.split('\n', 1)[0]!,
    figures: { orders: figure('orders'), returns: figure('returns') },
    cleanup: [...text.matchAll(/^cleanup: (.+)$/gm)].map(([, path]) => path!),
  };
}

function summaryOf(reports: readonly Report[]): string {
  const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  const total = FIGURES.map((name) => reports.reduce((sum, { figures }) => sum + figures[name], 0));
  return [
    '# Summary',
    '',
    row(['report', ...FIGURES]),
    row(['---', ...FIGURES.map(() => '---:')]),
    ...reports.map(({ title, figures }) => row([title, ...FIGURES.map((name) => figures[name])])),
    row(['total', ...total]),
    '',
  ].join('\n');
}
