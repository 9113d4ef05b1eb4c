import { fileURLToPath } from 'node:url';
import type { ViteUserConfig } from 'vitest/config';
import { withoutKafka } from './source.ts';

/**
 * The tests of a workspace of which a few need a Kafka: these run one file after another beside the rest, so that nothing
 * else waits for one to start. They are left out, aloud, where there is none.
 */
export async function besideKafka(
  shared: ViteUserConfig,
  { suite, include, kafka }: { readonly suite: string; readonly include: string; readonly kafka: string },
): Promise<ViteUserConfig> {
  const { reporters, globalSetup, passWithNoTests, exclude = [], ...common } = shared.test ?? {};
  const leftOut = await withoutKafka(suite, [kafka]);
  const setup = fileURLToPath(new URL('vitest-setup.ts', import.meta.url));
  return {
    test: {
      // What holds for the whole run.
      ...(reporters ? { reporters } : {}),
      ...(globalSetup ? { globalSetup } : {}),
      ...(passWithNoTests === undefined ? {} : { passWithNoTests }),
      projects: [
        { test: { ...common, name: suite, include: [include], exclude: [...exclude, kafka] } },
        {
          test: {
            ...common,
            name: 'kafka',
            include: [kafka],
            exclude: [...exclude, ...leftOut],
            globalSetup: [setup],
            fileParallelism: false,
          },
        },
      ],
    },
  };
}
