import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Completes package-lock.json after `npm install`: npm leaves out optional packages of other platforms that the
 * registry in use does not have, and `npm ci` then refuses the lock. Each gets an entry that is skipped where its
 * platform is not; none is ever installed here.
 */
const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));

const SYSTEMS = {
  darwin: 'darwin',
  win32: 'win32',
  windows: 'win32',
  android: 'android',
  linux: 'linux',
  freebsd: 'freebsd',
};
const PROCESSORS = {
  x64: 'x64',
  64: 'x64',
  arm64: 'arm64',
  arm: 'arm',
  ia32: 'ia32',
  ppc64: 'ppc64',
  s390x: 's390x',
};
const LIBRARIES = { gnu: 'glibc', musl: 'musl' };

const added = [];
for (const [path, entry] of Object.entries({ ...lock.packages })) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = path === '' ? undefined : lock.packages[`${path}/node_modules/${name}`];
    if (nested || lock.packages[`node_modules/${name}`] || !/^\d/.test(version)) continue;
    const words = name.split(/[-/]/);
    const known = (table) => words.map((word) => table[word]).filter(Boolean);
    const [os] = known(SYSTEMS);
    // Without a platform in its name it is no platform package: npm has to know more about it than this.
    if (os === undefined) continue;
    const cpu = known(PROCESSORS);
    const libc = known(LIBRARIES);
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(libc.length > 0 ? { libc } : {}),
      ...(cpu.length > 0 ? { cpu } : {}),
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
      os: [os],
    };
    added.push(name);
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
lock.packages = Object.fromEntries(sorted);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added.length} entries added\n`);
