import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const DEMO = fileURLToPath(new URL('../../examples/demo/main.ts', import.meta.url));

/** Starts the demo, and resolves with its directory when everything in it runs. */
async function startDemo(): Promise<{ child: ChildProcess; root: string; stderr: () => string }> {
  const child = spawn(process.execPath, [DEMO], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  child.stdout.setEncoding('utf8');
  while (!stdout.includes('its people')) stdout += await once(child.stdout, 'data');
  const [, root = ''] = /a temporary installation starts in (\S+)/.exec(stdout) ?? [];
  expect(existsSync(root)).toBe(true);
  return { child, root, stderr: () => stderr };
}

describe('a demo that is cut short leaves nothing behind', () => {
  it('by a signal', async () => {
    const { child, root } = await startDemo();
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([143, null]);
    expect(existsSync(root)).toBe(false);
  });

  it('by a reader that has seen enough', async () => {
    const { child, root, stderr } = await startDemo();
    child.stdout?.destroy();
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(stderr()).toBe('');
    expect(existsSync(root)).toBe(false);
  });
});
