import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes the built folder a package of its own, that can be published or installed as it is: here the sources are the
 * package, there the JavaScript and its declarations are.
 *
 * Usage: node publish/write-manifest.ts <built folder>
 */
const [folder = 'dist'] = process.argv.slice(2);
const here = join(import.meta.dirname, '..');
const { name, version, description, license, type, peerDependencies, peerDependenciesMeta } = JSON.parse(
  readFileSync(join(here, 'package.json'), 'utf8'),
);
const manifest = {
  name,
  version,
  description,
  license,
  type,
  engines: { node: '>=18' },
  peerDependencies,
  peerDependenciesMeta,
  sideEffects: false,
  exports: { '.': { types: './index.d.ts', default: './index.js' } },
};
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
copyFileSync(join(here, 'README.md'), join(folder, 'README.md'));
copyFileSync(join(here, '..', '..', 'LICENSE'), join(folder, 'LICENSE'));
