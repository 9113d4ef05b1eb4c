import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** How the files on disk differ from the generated ones; paths below `schemas/`. */
export type Difference = { readonly path: string; readonly problem: 'missing' | 'differs' | 'surplus' };

/** The folders that hold generated files only; what is not generated is surplus there. */
const GENERATED_FOLDERS = ['events', 'http', 'intents'] as const;

/** Compares the generated files with a folder. */
export function compare(files: ReadonlyMap<string, string>, folder: URL): readonly Difference[] {
  const wanted = [...files].flatMap(([path, text]): Difference[] => {
    const file = new URL(path, folder);
    if (!existsSync(file)) return [{ path, problem: 'missing' }];
    return readFileSync(file, 'utf8') === text ? [] : [{ path, problem: 'differs' }];
  });
  const surplus = GENERATED_FOLDERS.flatMap((name) => listFolder(new URL(`${name}/`, folder), name))
    .filter((path) => !files.has(path) && !isEarlierVersion(path, files))
    .map((path): Difference => ({ path, problem: 'surplus' }));
  return [...wanted, ...surplus];
}

/** The schema of an earlier version is not generated any more; it stays as it was, for what was recorded. */
function isEarlierVersion(path: string, files: ReadonlyMap<string, string>): boolean {
  const [, name, version] = /^((?:events|intents)\/.+)\.v([0-9]+)\.json$/.exec(path) ?? [];
  if (name === undefined) return false;
  return [...files.keys()].some((file) => {
    const [, current, newest] = /^((?:events|intents)\/.+)\.v([0-9]+)\.json$/.exec(file) ?? [];
    return current === name && Number(version) < Number(newest);
  });
}

function listFolder(folder: URL, name: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).map((file) => `${name}/${file}`) : [];
}
