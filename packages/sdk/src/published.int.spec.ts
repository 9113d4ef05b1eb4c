import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAKE_KEY, startFakeCountersign } from '../test/fake-countersign.ts';

const run = promisify(execFile);
const home = join(import.meta.dirname, '..');
const tsc = join(home, '..', '..', 'node_modules', 'typescript', 'bin', 'tsc');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-sdk-'));
  await run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', folder], { cwd: home });
  await run(process.execPath, ['publish/write-manifest.ts', folder], { cwd: home });
});
afterAll(() => rm(folder, { recursive: true }));

/** Every import of every module under a folder. */
async function importsUnder(root: string, ending: RegExp): Promise<readonly string[]> {
  const files = await readdir(root, { recursive: true });
  const texts = await Promise.all(
    files.filter((file) => ending.test(file)).map((file) => readFile(join(root, file), 'utf8')),
  );
  expect(texts.length).toBeGreaterThan(30);
  return texts.flatMap((text) =>
    [...text.matchAll(/\b(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map(([, specifier]) => specifier!),
  );
}

/** Compiles a module beside the package, which refers to itself by its name, as its manifest allows. */
async function typecheck(file: string, text: string, types: string): Promise<void> {
  const module = join(folder, file);
  await writeFile(module, text);
  const typeRoots = join(home, '..', '..', 'node_modules', '@types');
  const options = [
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--lib',
    'es2022,dom',
    '--typeRoots',
    typeRoots,
  ];
  await run(process.execPath, [
    tsc,
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    ...options,
    '--types',
    types,
    module,
  ]);
}

describe('the package', () => {
  it('imports nothing but itself', async () => {
    const sources = await importsUnder(join(home, 'src'), /^(?!.*\.spec\.ts$).*\.ts$/);
    expect(sources.filter((specifier) => !/^\.{1,2}\/.*\.ts$/.test(specifier))).toEqual([]);
    const built = await importsUnder(folder, /\.js$/);
    expect(built.filter((specifier) => !/^\.{1,2}\/.*\.js$/.test(specifier))).toEqual([]);
  });

  it('runs where there are only the globals of the web platform', async () => {
    const fake = await startFakeCountersign();
    fake.events.publish();
    const script = join(home, 'test', 'web-only.ts');
    const flags = ['--experimental-vm-modules', '--no-warnings'];
    const { stdout } = await run(process.execPath, [...flags, script, folder, fake.url, FAKE_KEY]);
    expect(JSON.parse(stdout)).toMatchObject({
      result: { verdict: 'executed', success: true, value: { path: '/tmp/a' }, outcomePending: false },
      event: { position: '1' },
      digest: expect.stringMatching(/^[\w-]{43}$/),
      node: ['undefined', 'undefined', 'undefined'],
    });
    await fake.close();
  });

  it('can be installed and type-checked by others, without types of Node', async () => {
    await typecheck(
      'consumer.ts',
      `import { connect } from '@countersign/sdk';
       const client = connect({ url: 'https://host', key: 'cs_key' });
       const result = await client.guard(
         { tool: 't', arguments: { a: 1 }, reason: 'r' },
         ({ arguments: { a } }) => a + 1,
       );
       // @ts-expect-error a value only after a successful execution
       result.value;
       export const sum: number = result.verdict === 'executed' && result.success ? result.value : 0;`,
      '',
    );
  });

  it('is used in its README as it can be used', async () => {
    const readme = await readFile(join(home, 'README.md'), 'utf8');
    const examples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);
    expect(examples).toHaveLength(3);
    for (const [number, example] of examples.entries())
      await typecheck(`readme-${number}.ts`, example, 'node');
  });
});
