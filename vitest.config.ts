import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Every workspace runs this configuration on its own directory; the JSON report is what the closing count is made of. */
export default defineConfig({
  test: {
    include: ['src/**/*.spec.ts', '**/*.spec.ts'],
    exclude: ['**/node_modules/**'],
    reporters: ['default', ['json', { outputFile: 'reports/vitest.json' }]],
    passWithNoTests: true,
    globalSetup: fileURLToPath(new URL('infra/temporary-directory.ts', import.meta.url)),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
});
