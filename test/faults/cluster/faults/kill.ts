import type { ServiceInstance, ServiceName } from '@countersign/infra-cluster';
import type { Fault, Scene } from './fault.ts';
import { pickRelay } from './relay.ts';

/** `kill -9` of one process, and another in its place. */
export function killed(victim: ServiceName | 'relay' | 'broker' | 'store'): Fault {
  return {
    name: `kill ${victim}`,
    async strike(scene) {
      const { machine, random } = scene;
      if (victim === 'store') {
        await machine.store.kill();
        await machine.store.startAgain();
      } else if (victim === 'broker') {
        const { processes } = machine.kafka;
        const broker = processes[random.below(processes.length)]!;
        await broker.kill();
        await broker.start();
      } else {
        const instance = victim === 'relay' ? await pickRelay(scene) : pick(scene, victim);
        await machine.kill(instance);
        await machine.startAgain(instance);
      }
    },
  };
}

export function pick({ machine, random }: Scene, service: ServiceName): ServiceInstance {
  const instances = machine.instancesOf(service);
  const instance = instances[random.below(instances.length)];
  if (!instance) throw new Error(`no ${service} runs`);
  return instance;
}
