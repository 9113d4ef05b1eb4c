import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrokerProcess, createBroker } from './broker-process.ts';
import { fetchBroker } from './fetch-broker.ts';
import { type SecuredListener, scramFlags, securedAddress, securedProperties } from './secured-listener.ts';

export interface LocalCluster {
  /** As `KAFKA_BROKERS` wants it. */
  readonly brokers: string;
  /** The same brokers where they are secured; `null` if they were not asked to be. */
  readonly securedBrokers: string | null;
  /** One process each, the first to be killed, stopped and started like any other. */
  readonly processes: readonly BrokerProcess[];
  /** Lets every broker write and leave; a directory that was made for the cluster is removed. */
  stop(): Promise<void>;
}

export interface LocalClusterOptions {
  readonly size?: 1 | 3;
  /** Kept after the end. Without one the cluster gets a directory of its own and leaves nothing behind. */
  readonly directory?: string;
  /** The first broker's port, if it is free; the others take any. */
  readonly port?: number;
  readonly secured?: SecuredListener;
}

interface Node {
  readonly id: number;
  readonly port: number;
  readonly controllerPort: number;
  readonly securedPort: number;
}

/** The cluster's id must be the same whenever its directory is used. */
const CLUSTER_ID = createHash('md5').update('countersign').digest('base64url');

/** Runs Apache Kafka (KRaft) on loopback: every node is broker and controller. */
export async function startLocalCluster(options: LocalClusterOptions = {}): Promise<LocalCluster> {
  const { size = 1, port, secured } = options;
  const classPath = await fetchBroker();
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'countersign-kafka-'));
  const nodes = await chooseNodes(size, port);
  const processes = await Promise.all(
    nodes.map((node) => {
      const home = join(directory, `node-${node.id}`);
      mkdirSync(home, { recursive: true });
      const properties = propertiesOf(node, nodes, home, secured);
      return createBroker(classPath, home, properties, CLUSTER_ID, secured && scramFlags(secured));
    }),
  );
  const stop = async () => {
    // Nothing of a directory that goes is worth a graceful end.
    const kept = options.directory !== undefined;
    await Promise.all(processes.map((broker) => (kept ? broker.stop() : broker.kill())));
    if (!kept) rmSync(directory, { recursive: true, force: true });
  };
  try {
    await Promise.all(processes.map((broker) => broker.start()));
  } catch (cause) {
    await stop();
    throw cause;
  }
  const addresses = (portOf: (node: Node) => number) =>
    nodes.map((node) => `127.0.0.1:${portOf(node)}`).join(',');
  return {
    brokers: addresses((node) => node.port),
    securedBrokers: secured ? addresses((node) => node.securedPort) : null,
    processes,
    stop,
  };
}

/** All ports are held until all are chosen, so that none is chosen twice. */
async function chooseNodes(size: number, wanted?: number): Promise<Node[]> {
  const held: Awaited<ReturnType<typeof hold>>[] = [];
  const choose = async (port = 0) => {
    const one = await hold(port).catch(() => hold(0));
    held.push(one);
    return one.port;
  };
  const nodes: Node[] = [];
  for (let id = 1; id <= size; id += 1)
    nodes.push({
      id,
      port: await choose(id === 1 ? wanted : 0),
      controllerPort: await choose(),
      securedPort: await choose(),
    });
  await Promise.all(held.map((one) => one.release()));
  return nodes;
}

function hold(port: number): Promise<{ port: number; release: () => Promise<void> }> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address() as { port: number };
      const release = () => new Promise<void>((done) => server.close(() => done()));
      resolve({ port: address.port, release });
    });
  });
}

function propertiesOf(
  node: Node,
  nodes: readonly Node[],
  home: string,
  secured: SecuredListener | undefined,
): string {
  const replicas = nodes.length;
  const listeners = [
    `PLAINTEXT://127.0.0.1:${node.port}`,
    `CONTROLLER://127.0.0.1:${node.controllerPort}`,
    ...(secured ? [securedAddress(node.securedPort)] : []),
  ];
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': node.id,
    'controller.quorum.voters': nodes.map((one) => `${one.id}@127.0.0.1:${one.controllerPort}`).join(','),
    listeners: listeners.join(','),
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': join(home, 'log'),
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': replicas,
    // A broker that was killed is let in again when its old session has ended: three seconds instead of nine.
    'broker.heartbeat.interval.ms': 500,
    'broker.session.timeout.ms': 3_000,
    // Enough for a machine's groups; the default of 50 takes seconds to load.
    'offsets.topic.num.partitions': 3,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': 1,
    // Alone on its machine, a group need not wait for members that come a little later.
    'group.initial.rebalance.delay.ms': 0,
    // Tests of lost members need not wait for the six seconds that are the least otherwise.
    'group.min.session.timeout.ms': 1_000,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': 1,
    ...(secured && securedProperties(secured, home)),
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
