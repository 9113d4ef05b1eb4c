import { mergeConfig } from 'vitest/config';
import { withoutKafka } from '../../infra/kafka/src/testing/source.ts';
import shared from '../../vitest.config.ts';

const leftOut = await withoutKafka('the front door of gateway', ['**/*.kafka.int.spec.ts']);

export default mergeConfig(shared, { test: { exclude: leftOut } });
