import { defineConfig } from 'vitest/config';
import { withoutKafka } from '../infra/kafka/src/testing/source.ts';
import shared from '../vitest.config.ts';

const KAFKA = ['**/*.kafka.e2e.spec.ts'];
const { reporters, globalSetup = [], exclude = [], ...common } = shared.test ?? {};
const leftOut = await withoutKafka('the consumer of safety events', KAFKA);

/** What needs a Kafka runs beside the rest, so that no other test waits for one to start. */
export default defineConfig({
  test: {
    ...(reporters ? { reporters } : {}),
    projects: [
      {
        test: {
          ...common,
          globalSetup,
          name: 'examples',
          include: ['**/*.spec.ts'],
          exclude: [...exclude, ...KAFKA],
        },
      },
      {
        test: {
          ...common,
          globalSetup: [globalSetup, '../infra/kafka/src/testing/vitest-setup.ts'].flat(),
          name: 'kafka',
          include: KAFKA,
          exclude: [...exclude, ...leftOut],
        },
      },
    ],
  },
});
