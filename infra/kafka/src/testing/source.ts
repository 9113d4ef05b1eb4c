import { spawnSync } from 'node:child_process';
import { fetchBroker } from '../fetch-broker.ts';

/** Where a test's Kafka comes from, or why there is none. */
export type KafkaSource =
  | { readonly kind: 'given'; readonly brokers: string }
  | { readonly kind: 'docker' }
  | { readonly kind: 'maven' }
  | { readonly kind: 'none'; readonly why: string };

/** In this order: the brokers of `KAFKA_BROKERS`, a Docker engine that answers, the broker that Maven fetches. */
export async function findKafka(env: NodeJS.ProcessEnv = process.env): Promise<KafkaSource> {
  if (env.KAFKA_BROKERS) return { kind: 'given', brokers: env.KAFKA_BROKERS };
  if (runs('docker', 'version', '--format', '{{.Server.Version}}')) return { kind: 'docker' };
  if (!runs('java', '-version'))
    return { kind: 'none', why: 'KAFKA_BROKERS is not set, no Docker engine answers, and there is no Java' };
  try {
    await fetchBroker();
    return { kind: 'maven' };
  } catch (cause) {
    const why = `KAFKA_BROKERS is not set, no Docker engine answers, and ${(cause as Error).message}`;
    return { kind: 'none', why };
  }
}

/**
 * The files of a suite that needs Kafka and can not be run: none where there is one. What is left out is said plainly,
 * and is an error where everything is required.
 * @throws Error with `REQUIRE_ALL=1` and no Kafka
 */
export async function withoutKafka(suite: string, files: readonly string[]): Promise<readonly string[]> {
  const source = await findKafka();
  if (source.kind !== 'none') return [];
  const text = `${suite}: not run against Kafka: ${source.why}`;
  if (process.env.REQUIRE_ALL === '1') throw new Error(text);
  process.stderr.write(`${text}\n`);
  return files;
}

function runs(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore', timeout: 10_000 }).status === 0;
}
