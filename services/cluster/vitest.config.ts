import { besideKafka } from '../../infra/kafka/src/testing/beside-kafka.ts';
import shared from '../../vitest.config.ts';

export default besideKafka(shared, {
  suite: 'cluster',
  include: 'src/**/*.spec.ts',
  kafka: 'src/**/*.kafka.e2e.spec.ts',
});
