import { besideKafka } from '../infra/kafka/src/testing/beside-kafka.ts';
import shared from '../vitest.config.ts';

export default besideKafka(shared, {
  suite: 'examples',
  include: '**/*.spec.ts',
  kafka: '**/*.kafka.e2e.spec.ts',
});
