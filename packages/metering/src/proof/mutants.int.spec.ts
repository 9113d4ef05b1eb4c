import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BookSubject, findCarryDifference } from './carry-difference.ts';
import { findDisagreement } from './disagreement.ts';
import { MUTANTS, type Mutant } from './mutants.ts';

const SOURCE = join(import.meta.dirname, '..');
const SEED = 7;
const PROGRAMS = 1_000;
const PROGRAMS_IN_BOOKS = 300;

let directory: string;
let copies = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'metering-mutants-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

/** A copy of the sources, with the mutant's mistake in it, loaded as modules of its own. */
async function load(mutant: Mutant | null): Promise<BookSubject> {
  copies += 1;
  const copy = join(directory, String(copies));
  await cp(SOURCE, copy, { recursive: true, filter: (path) => !path.endsWith('.spec.ts') });
  if (mutant !== null) {
    const path = join(copy, mutant.file);
    const source = await readFile(path, 'utf8');
    expect(source.split(mutant.from), `"${mutant.from}" must stand once in ${mutant.file}`).toHaveLength(2);
    await writeFile(
      path,
      source.replace(mutant.from, () => mutant.to),
    );
  }
  return import(pathToFileURL(join(copy, 'index.ts')).href);
}

function findMistake(subject: BookSubject): string | null {
  return (
    findDisagreement(subject, SEED, PROGRAMS, false) ??
    findCarryDifference(subject, SEED, PROGRAMS_IN_BOOKS, false)
  );
}

it('finds nothing in an unchanged copy, which starts with empty caches', async () => {
  expect(findMistake(await load(null))).toBeNull();
});

it.each(MUTANTS)('finds out: $mistake', async (mutant) => {
  expect(findMistake(await load(mutant))).not.toBeNull();
});
