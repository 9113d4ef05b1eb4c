import { join } from 'node:path';
import { type StoreServer, startStoreServer } from '@countersign/event-store-grpc/testing';
import {
  createTopics,
  type LocalCluster,
  startLocalCluster,
  topicDefinitions,
} from '@countersign/infra-kafka';
import { temporaryDirectory } from '@countersign/testing';

/** A broker with the topics, and a store server: what floor and product stand on, each on one of its own. */
export interface Ground extends AsyncDisposable {
  readonly kafka: LocalCluster;
  readonly store: StoreServer;
  /** Empty, gone at the end. */
  readonly directory: string;
}

export async function layGround(): Promise<Ground> {
  const stack = new AsyncDisposableStack();
  try {
    const directory = stack.use(await temporaryDirectory()).path;
    const kafka = stack.adopt(await startLocalCluster(), (cluster) => cluster.stop());
    await createTopics(kafka.brokers, topicDefinitions());
    const store = stack.use(await startStoreServer({ directory: join(directory, 'store') }));
    const all = stack.move();
    return { kafka, store, directory, [Symbol.asyncDispose]: () => all.disposeAsync() };
  } catch (cause) {
    await stack.disposeAsync();
    throw cause;
  }
}
