import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const POM = fileURLToPath(new URL('../pom.xml', import.meta.url));
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/countersign-kafka', import.meta.url));

/**
 * The broker's class path. Its jars are fetched by Maven into the cache if they are not there; another version of
 * `pom.xml` has a place of its own.
 */
export async function fetchBroker(): Promise<string> {
  const version = createHash('sha256').update(readFileSync(POM)).digest('hex').slice(0, 16);
  const jars = join(CACHE, version);
  if (!existsSync(jars)) {
    const partial = `${jars}.${process.pid}`;
    mkdirSync(partial, { recursive: true });
    try {
      await maven(partial);
      moveUnlessThere(partial, jars);
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
  }
  return join(jars, '*');
}

function maven(directory: string): Promise<void> {
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${directory}`];
  const child = spawn('mvn', ['-q', '-B', '-f', POM, ...goal], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`Maven could not fetch the broker:\n${output}`)),
    );
  });
}

/** Another process may have fetched the same meanwhile; then its copy serves. */
function moveUnlessThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (cause) {
    if (!existsSync(to)) throw cause;
  }
}
