import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

interface Task {
  readonly taskId: string;
  readonly hash: string;
  readonly dependencies: readonly string[];
}

/** These start the installation as a process, so that it is none of their dependencies in `package.json`. */
const STARTING_INSTALLATIONS = ['cli', 'examples', 'test', 'testing'];

/** The tests of a workspace as turbo would run them, or take them from its cache if the hash is known. */
function planned(workspaces: readonly string[], env: Readonly<Record<string, string>> = {}): Task[] {
  const filters = workspaces.map((workspace) => `--filter=@countersign/${workspace}`);
  const plan = execFileSync('npx', ['turbo', 'run', 'test', '--dry=json', ...filters], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const { tasks } = JSON.parse(plan) as { readonly tasks: readonly Task[] };
  return tasks.filter(({ taskId }) => taskId.endsWith('#test'));
}

it('results of tests that start an installation are not taken from the cache after a service changed', () => {
  const fresh = planned(STARTING_INSTALLATIONS).filter(({ dependencies }) =>
    dependencies.includes('@countersign/standalone#transit'),
  );
  expect(fresh.map(({ taskId }) => taskId).sort()).toEqual(
    STARTING_INSTALLATIONS.map((workspace) => `@countersign/${workspace}#test`),
  );
});

it('nor those of faults with other rounds, another seed or other numbers', () => {
  const hashes = ['COUNTERSIGN_FAULT_ROUNDS', 'COUNTERSIGN_FAULT_SEED', 'COUNTERSIGN_MALFORMED'].map(
    (name) => planned(['test'], { [name]: '7' })[0]?.hash,
  );
  expect(new Set([planned(['test'])[0]?.hash, ...hashes]).size).toBe(4);
});
