import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { pathOf } from './repository.ts';

const run = promisify(execFile);

/** Programs that need no cluster: Kustomize renders, and objects are checked against Kubernetes' own schemas. */
export interface KubernetesTools {
  /** The objects of a base or an overlay, as YAML. */
  render(directory: string): string;
  /** What is wrong with the objects of a file, by the schemas of a version, unknown fields included. */
  problems(file: string, version: string): string[];
}

/** The schemas of Kubernetes 1.25 to 1.37 come with it. */
const PACKAGE = 'kubernetes-validate==1.37.0';
const CACHE = pathOf('node_modules/.cache/');

/** The tools, or why they are not there. */
export async function findKubernetesTools(): Promise<KubernetesTools | { readonly missing: string }> {
  const kustomize = [
    ['kubectl', 'kustomize'],
    ['kustomize', 'build'],
  ].find(([program, verb]) => spawnSync(program!, [verb!, '--help'], { stdio: 'ignore' }).status === 0);
  if (!kustomize) return { missing: 'there is neither kubectl nor kustomize' };
  const environment = `${CACHE}${PACKAGE.replace('==', '-')}`;
  try {
    if (!existsSync(environment)) await fetchInto(environment);
  } catch (cause) {
    return { missing: cause instanceof Error ? cause.message : String(cause) };
  }
  const [program, verb] = kustomize as [string, string];
  return {
    render(directory) {
      const { status, stdout, stderr } = spawnSync(program, [verb, pathOf(directory)], { encoding: 'utf8' });
      if (status !== 0) throw new Error(`${directory}: ${stderr}`);
      return stdout;
    },
    problems(file, version) {
      const words = ['-m', 'kubernetes_validate', '--strict', '--quiet', '-k', version, file];
      const { status, stdout, stderr } = spawnSync(`${environment}/bin/python`, words, { encoding: 'utf8' });
      const lines = `${stdout}${stderr}`.split('\n').filter((line) => line.trim() !== '');
      return status === 0 || lines.length > 0 ? lines : [`ended with ${status}`];
    },
  };
}

/** Gets its name only when it is whole. */
async function fetchInto(environment: string): Promise<void> {
  const unfinished = `${environment}.${process.pid}`;
  await mkdir(CACHE, { recursive: true });
  try {
    await run('python3', ['-m', 'venv', unfinished]);
    await run(`${unfinished}/bin/python`, ['-m', 'pip', 'install', '--quiet', PACKAGE], { timeout: 240_000 });
    await rename(unfinished, environment);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
