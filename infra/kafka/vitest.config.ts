import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.config.ts';
import { withoutKafka } from './src/testing/source.ts';

const leftOut = await withoutKafka('infra/kafka', ['**/*.int.spec.ts']);

export default mergeConfig(shared, { test: { exclude: leftOut } });
