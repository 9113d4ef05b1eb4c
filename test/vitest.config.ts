import { mergeConfig } from 'vitest/config';
import { withoutKafka } from '../infra/kafka/src/testing/source.ts';
import shared from '../vitest.config.ts';

const leftOut = await withoutKafka('test: clusters', [
  '**/faults/cluster/*.e2e.spec.ts',
  '**/migrated-cluster.e2e.spec.ts',
]);

export default mergeConfig(shared, { test: { exclude: leftOut } });
