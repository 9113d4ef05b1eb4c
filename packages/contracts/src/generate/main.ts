import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { schemasDirectory } from '../index.ts';
import { compare } from './compare.ts';
import { documents } from './documents.ts';

const USAGE = 'usage: node packages/contracts/src/generate/main.ts write|check';

function write(): number {
  const files = documents();
  const differences = compare(files, schemasDirectory);
  for (const { path, problem } of differences) {
    const file = new URL(path, schemasDirectory);
    if (problem === 'surplus') rmSync(file, { recursive: true });
    else {
      mkdirSync(new URL('./', file), { recursive: true });
      writeFileSync(file, files.get(path) ?? '');
    }
    console.log(`${problem === 'surplus' ? 'removed' : 'wrote'} schemas/${path}`);
  }
  console.log(`${files.size} files, ${differences.length} changed`);
  return 0;
}

function check(): number {
  const differences = compare(documents(), schemasDirectory);
  for (const { path, problem } of differences) console.error(`schemas/${path}: ${problem}`);
  if (differences.length === 0) return 0;
  console.error('The committed schemas are not what the sources say. Run: npm run schemas');
  return 1;
}

function run(command: string | undefined): number {
  if (command === 'write') return write();
  if (command === 'check') return check();
  console.error(USAGE);
  return 2;
}

process.exitCode = run(process.argv[2]);
