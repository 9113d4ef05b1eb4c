import type { TestProject } from 'vitest/node';
import { startTestKafka } from './test-kafka.ts';

declare module 'vitest' {
  interface ProvidedContext {
    kafkaBrokers: string;
  }
}

/** Vitest's `globalSetup`: one Kafka for all files of a run, told to them as `inject('kafkaBrokers')`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const kafka = await startTestKafka();
  project.provide('kafkaBrokers', kafka.brokers);
  return kafka.stop;
}
