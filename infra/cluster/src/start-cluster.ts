import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Balancer, startBalancer } from './balancer.ts';
import { SERVICES, type ServiceInstance, type ServiceName, startInstance } from './service-instance.ts';

export interface ClusterOptions {
  /** As `COUNTERSIGN_KAFKA_BROKERS` wants it; the topics are there. */
  readonly brokers: string;
  readonly eventStoreUrl: string;
  /** Keys, vault and views, a directory for each instance; kept after the end. */
  readonly directory: string;
  /** Of the address that all gateways are behind; any other if it is taken. */
  readonly port?: number;
  /** How many of each service; one if absent. */
  readonly instances?: Partial<Record<ServiceName, number>>;
  /** Settings of all processes beside those that are made here. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The five services, some of them several times, each a process. */
export interface Cluster {
  /** An address that all gateways are behind. */
  readonly url: string;
  readonly ownerKey: string;
  /** The directory of its key files. */
  readonly keys: string;
  /** Those that run or have ended, in the order of their starts. */
  readonly instances: readonly ServiceInstance[];
  /** Starts one more, with settings of its own. */
  add(service: ServiceName, own?: Readonly<Record<string, string>>): Promise<ServiceInstance>;
  /** Ends one at once and starts another in its place, on its directory. */
  replace(instance: ServiceInstance): Promise<ServiceInstance>;
  /** Ends all in order. */
  stop(): Promise<void>;
  /** Ends all at once. */
  kill(): Promise<void>;
}

const CLI = fileURLToPath(new URL('../../../packages/cli/src/main.ts', import.meta.url));
const run = promisify(execFile);

export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { directory, instances: counts = {} } = options;
  const keys = join(directory, 'keys');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (!existsSync(keys)) await run(process.execPath, [CLI, 'cluster', 'init', keys]);
  const balancers = Object.fromEntries(
    await Promise.all(
      SERVICES.map(async (service) => [
        service,
        await startBalancer(service === 'gateway' ? options.port : 0),
      ]),
    ),
  ) as Record<ServiceName, Balancer>;
  const instances: ServiceInstance[] = [];
  let made = 0;

  const ownSettings = new Map<string, Readonly<Record<string, string>>>();
  const start = async (service: ServiceName, name: string): Promise<ServiceInstance> => {
    const port = await freePort();
    const instance = startInstance(service, name, port, {
      ...options.settings,
      ...settingsOf(service, name, options, keys, balancers),
      ...ownSettings.get(name),
    });
    instances.push(instance);
    const { ports } = balancers[service];
    void instance.started.then(() => ports.add(port)).catch(() => {});
    void instance.ended.then(() => ports.delete(port));
    await instance.started;
    return instance;
  };
  const add = (service: ServiceName, own: Readonly<Record<string, string>> = {}) => {
    made += 1;
    const name = `${service}-${made}`;
    ownSettings.set(name, own);
    return start(service, name);
  };
  const end = async (signal: NodeJS.Signals) => {
    for (const instance of instances) instance.signal(signal);
    await Promise.all(instances.map((instance) => instance.ended));
    await Promise.all(Object.values(balancers).map((balancer) => balancer.close()));
  };

  const wanted = SERVICES.flatMap((service) => Array<ServiceName>(counts[service] ?? 1).fill(service));
  try {
    await Promise.all(wanted.map((service) => add(service)));
  } catch (cause) {
    await end('SIGKILL');
    throw cause;
  }
  return {
    url: balancers.gateway.origin,
    ownerKey: readFileSync(join(keys, 'owner.key'), 'utf8').trim(),
    keys,
    instances,
    add,
    async replace(instance) {
      instance.signal('SIGKILL');
      await instance.ended;
      return start(instance.service, instance.name);
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

function settingsOf(
  service: ServiceName,
  name: string,
  { brokers, eventStoreUrl, directory }: ClusterOptions,
  keys: string,
  balancers: Record<ServiceName, Balancer>,
): Record<string, string> {
  const principalKey = service === 'gateway' ? 'principal.key' : 'principal.pub';
  // Instances of the audit-projector share the vault; views are each instance's own.
  const vault = service === 'audit-projector' ? { COUNTERSIGN_VAULT_DIR: join(directory, 'vault') } : {};
  return {
    COUNTERSIGN_LOG_LEVEL: 'warn',
    COUNTERSIGN_KAFKA_BROKERS: brokers,
    COUNTERSIGN_EVENTSTORE_URL: eventStoreUrl,
    COUNTERSIGN_DATA_DIR: join(directory, name),
    COUNTERSIGN_CLUSTER_KEY_FILE: join(keys, 'cluster.key'),
    COUNTERSIGN_PRINCIPAL_KEY_FILE: join(keys, principalKey),
    COUNTERSIGN_MASTER_KEY_FILE: join(keys, 'master.key'),
    COUNTERSIGN_OWNER_KEY_FILE: join(keys, 'owner.key'),
    COUNTERSIGN_POLICY_ENGINE_URL: balancers['policy-engine'].origin,
    COUNTERSIGN_APPROVAL_SERVICE_URL: balancers['approval-service'].origin,
    COUNTERSIGN_METER_SERVICE_URL: balancers['meter-service'].origin,
    COUNTERSIGN_AUDIT_PROJECTOR_URL: balancers['audit-projector'].origin,
    ...vault,
  };
}

/** A port that nobody has now; processes need to know each other's before they start. */
async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  return port;
}
