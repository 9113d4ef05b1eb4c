import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

interface Plan {
  readonly tasks: readonly { readonly taskId: string; readonly dependencies: readonly string[] }[];
}

/** These start the installation as a process, so that it is none of their dependencies in `package.json`. */
const STARTING_INSTALLATIONS = ['cli', 'examples', 'test', 'testing'];

it('results of tests that start an installation are not taken from the cache after a service changed', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const plan = execFileSync('npx', ['turbo', 'run', 'test', '--dry=json'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const { tasks } = JSON.parse(plan) as Plan;
  const stale = STARTING_INSTALLATIONS.filter((workspace) => {
    const task = tasks.find(({ taskId }) => taskId === `@countersign/${workspace}#test`);
    return !task?.dependencies.includes('@countersign/standalone#transit');
  });
  expect(stale).toEqual([]);
});
