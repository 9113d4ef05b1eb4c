import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startLocalCluster } from './local-cluster.ts';
import { topicDefinitions } from './topics.ts';

const MAIN = fileURLToPath(new URL('./topics-main.ts', import.meta.url));

function run(brokers: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN], {
    encoding: 'utf8',
    env: { ...process.env, KAFKA_BROKERS: brokers },
  });
  return { status, stdout, stderr };
}

describe('the job that creates topics', () => {
  it('creates all of them, and the next time none', async () => {
    const cluster = await startLocalCluster();
    try {
      const names = topicDefinitions().map(({ name }) => name);
      expect(run(cluster.brokers)).toMatchObject({ status: 0, stdout: `created ${names.join(', ')}\n` });
      expect(run(cluster.brokers)).toMatchObject({ status: 0, stdout: 'all topics are there\n' });
    } finally {
      await cluster.stop();
    }
  });

  it('is refused without brokers', () => {
    expect(run('')).toMatchObject({ status: 2, stdout: '' });
  });
});
