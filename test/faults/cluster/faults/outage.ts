import type { ServiceInstance } from '@countersign/infra-cluster';
import { type Client, createClient, expectAnswer, keyFor } from '../../client.ts';
import { ownerOf } from '../../kill-rounds/tenants.ts';
import { announcement } from '../../registrations.ts';
import type { Machine } from '../machine.ts';
import { patient } from '../patient-client.ts';
import { patiently } from '../patiently.ts';
import type { Fault, Scene } from './fault.ts';
import { pick } from './kill.ts';

/** Something that all services need, and how it goes away for a while. */
interface Outage {
  readonly name: string;
  /** The part that readiness names. */
  readonly part: 'store' | 'kafka' | 'vault';
  begin(machine: Machine): Promise<void> | void;
  end(machine: Machine): Promise<void> | void;
}

/** What a gateway may say of a call that it can not decide now. */
const REFUSALS = ['unavailable', 'undecided', 'overloaded'];

/** Until it is over the gateway refuses, and says that it is not ready and why; afterwards everybody goes on by themselves. */
export function outage({ name, part, begin, end }: Outage): Fault {
  return {
    name: `outage: ${name}`,
    async strike(scene) {
      const { machine } = scene;
      const gateway = pick(scene, 'gateway');
      const announce = await unseenCaller(scene);
      await begin(machine);
      await untilRefused(scene, announce);
      await patiently(async () => {
        const missing = await missingAt(gateway);
        if (!missing.includes(part)) throw new Error(`missing: ${missing.join(', ') || 'nothing'}`);
      });
      await end(machine);
      await patiently(() => expectAnswer(announce(), 200));
      for (const service of ['gateway', 'policy-engine', 'approval-service', 'meter-service'] as const)
        for (const instance of machine.instancesOf(service)) await patiently(() => ready(instance));
    },
  };
}

export const outages: readonly Fault[] = [
  outage({
    name: 'a store that does not answer',
    part: 'store',
    begin: ({ store }) => store.signal('SIGSTOP'),
    end: ({ store }) => store.signal('SIGCONT'),
  }),
  outage({
    name: 'a store that is gone',
    part: 'store',
    begin: ({ store }) => store.kill(),
    end: ({ store }) => store.startAgain(),
  }),
  outage({
    name: 'a broker that is gone',
    part: 'kafka',
    begin: ({ kafka }) => kafka.processes[0]!.kill(),
    end: ({ kafka }) => kafka.processes[0]!.start(),
  }),
  outage({
    name: 'a vault that does not answer',
    part: 'vault',
    begin: (machine) => signalVault(machine, 'SIGSTOP'),
    end: (machine) => signalVault(machine, 'SIGCONT'),
  }),
];

function signalVault(machine: Machine, signal: 'SIGSTOP' | 'SIGCONT'): void {
  for (const instance of machine.instancesOf('audit-projector')) instance.signal(signal);
}

/** Calls of an agent for a person of whom no process has a key yet: for a call of theirs the vault has to answer. */
async function unseenCaller({ machine, tenant, random }: Scene): Promise<() => ReturnType<Client>> {
  const { url, ownerKey } = machine.cluster;
  const owner = patient(ownerOf(tenant, url, ownerKey));
  const name = `unseen-${random.next().toString(36)}`;
  await expectAnswer(owner('PUT', `/v1/users/${name}`, { body: { roles: [] } }), 200, 201);
  await expectAnswer(owner('PUT', `/v1/agents/${name}`, { body: { owner: name } }), 200, 201);
  const agent = createClient(url, await keyFor(owner, 'agent', name));
  const body = announcement('read-file', 'unseen', { agent_id: name });
  return () => agent('POST', '/v1/tool-calls', { body });
}

async function untilRefused({ complain }: Scene, announce: () => ReturnType<Client>): Promise<void> {
  for (;;) {
    const reply = await announce();
    // What was asked before anybody had noticed may be allowed yet.
    if (reply.kind === 'answer' && reply.status === 200) continue;
    const isClear =
      reply.kind === 'answer' && reply.status === 503 && REFUSALS.includes(String(reply.body.code));
    if (!isClear) complain(`a call was answered ${JSON.stringify(reply)}`);
    return;
  }
}

/** Parts that an instance says it lacks. */
async function missingAt({ port }: ServiceInstance): Promise<readonly string[]> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  const { errors = [] } = (await response.json()) as { errors?: { pointer: string }[] };
  return errors.map(({ pointer }) => pointer.slice(1));
}

async function ready(instance: ServiceInstance): Promise<void> {
  const missing = await missingAt(instance);
  if (missing.length > 0) throw new Error(`${instance.name} lacks ${missing.join(', ')}`);
}
