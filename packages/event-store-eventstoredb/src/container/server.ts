import { existsSync } from 'node:fs';

const IMAGE = 'eventstore/eventstore:24.10';
const PORT = 2113;

/** A real EventStoreDB for one test, empty. */
export interface ContainedServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Whether anything is there that could run containers; asking costs nothing where it is not. */
export function hasContainerEngine(): boolean {
  return process.env.DOCKER_HOST !== undefined || existsSync('/var/run/docker.sock');
}

/** EventStoreDB itself, in memory, where Docker runs. */
export async function startContainedServer(): Promise<ContainedServer> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const container = await new GenericContainer(IMAGE)
    .withEnvironment({
      EVENTSTORE_INSECURE: 'true',
      EVENTSTORE_CLUSTER_SIZE: '1',
      EVENTSTORE_MEM_DB: 'true',
      EVENTSTORE_RUN_PROJECTIONS: 'None',
      EVENTSTORE_TELEMETRY_OPTOUT: 'true',
    })
    .withExposedPorts(PORT)
    .withWaitStrategy(Wait.forHttp('/health/live', PORT).forStatusCode(204))
    .start();
  return {
    port: container.getMappedPort(PORT),
    async stop() {
      await container.stop();
    },
  };
}
