import type { ServiceInstance, ServiceName } from '@countersign/infra-cluster';
import { patiently } from '../patiently.ts';
import { relayHolder } from '../relay-holder.ts';
import type { Scene } from './fault.ts';

/** Services with a relay of which a standby can take it over. */
const RELAYED: readonly ServiceName[] = ['gateway', 'policy-engine', 'meter-service'];

/** The instance whose relay is the active one of some service. */
export function pickRelay({ machine, random }: Scene): Promise<ServiceInstance> {
  const service = RELAYED[random.below(RELAYED.length)]!;
  return patiently(async () => {
    const holder = await relayHolder(machine.storeUrl, service);
    const instance = machine.instancesOf(service).find(({ name }) => name === holder);
    if (!instance) throw new Error(`nobody has the relay of ${service}`);
    return instance;
  });
}

/** Resolves when the instance has lost the relay of its service, or did not have it. */
export function untilWithoutRelay({ machine }: Scene, { service, name }: ServiceInstance): Promise<void> {
  return patiently(async () => {
    if ((await relayHolder(machine.storeUrl, service)) === name)
      throw new Error(`${name} still has the relay of ${service}`);
  });
}
