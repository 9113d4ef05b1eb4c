import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';

const COMMAND = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

/** Everything that the demo says it has checked, in its order. */
const PROMISES = [
  'its tests passed, and it is in force',
  'nothing is written before somebody has answered',
  'Alice, for whom it acts, can not approve it herself',
  'Olga approved exactly these arguments',
  'every read was allowed, each with a permit of its own',
  'the delete outside its directory was denied, by the policy',
  'the file is still there, whole',
  'the approved summary is on the disk: 4103 orders',
  'four reports are in the archive',
  'each of them either ran or was stopped',
  'no more ran than the bucket held, and was filled with meanwhile',
  'each refusal says when to come back',
  'exactly 5 ran, and all others were refused',
  'the meter stands at its limit, to the last micro-unit',
  'the next call is refused before anything else is asked',
  'released, the agent works again',
  'from the intent to the money: every step is an event',
  'calls and meters are the same as the API answers',
];

describe('countersign demo', () => {
  let ran: { code: number | null; stdout: string; stderr: string };
  beforeAll(async () => {
    const child = spawn(process.execPath, [COMMAND, 'demo'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    const [code] = await once(child, 'close');
    ran = { code, stdout, stderr };
  });

  it('ends by itself, with everything as promised', () => {
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout.trimEnd().endsWith('Everything is as promised.')).toBe(true);
    const promises = [...ran.stdout.matchAll(/^ {3}✓ (.+)$/gm)].map(([, promise]) => promise);
    expect(promises).toEqual(PROMISES);
  });

  it('shows figures that add up', () => {
    const figures = (pattern: RegExp) => pattern.exec(ran.stdout)?.slice(1).map(Number) ?? [];
    const [executed, throttled] = figures(/(\d+) ran, (\d+) were stopped by the throttle/);
    expect(executed! + throttled!).toBe(60);
    expect(figures(/(\d+) ran, (\d+) were refused: over quota/)).toEqual([5, 10]);
    const [events, calls] = figures(/(\d+) events make (\d+) calls/);
    expect(calls).toBeGreaterThan(75);
    expect(events).toBeGreaterThan(4 * calls!);
  });

  it('shows the denied delete, the approval by the command, and the timeline', () => {
    expect(ran.stdout).toMatch(/delete_file \{"path":"\.\.\/accounts\/payroll\.csv"\}: denied: /);
    expect(ran.stdout).toMatch(
      /\$ countersign approvals approve \S+ --reason .+ --yes\n[\s\S]*granted: 1 of 1 approvals/,
    );
    expect(ran.stdout).toMatch(/│ +\d+ +\S+ +agent\.approval\.granted +approved after \d+ ms/);
  });

  it('leaves nothing behind', () => {
    const [, root] = /a temporary installation starts in (\S+)/.exec(ran.stdout) ?? [];
    expect(root).toContain('countersign-demo-');
    expect(existsSync(root!)).toBe(false);
  });
});
