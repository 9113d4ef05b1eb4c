import type { ServiceInstance, ServiceName } from '@countersign/infra-cluster';
import type { Groups } from '../groups.ts';
import type { Fault } from './fault.ts';
import { pick } from './kill.ts';
import { pickRelay, untilWithoutRelay } from './relay.ts';

/**
 * A zombie: an instance is stopped until others have its partitions and its relay, and then goes on where it was, with what it
 * had in its hands.
 */
export function paused(victim: ServiceName | 'relay'): Fault {
  return {
    name: `pause ${victim}`,
    async strike(scene) {
      const { groups } = scene;
      const instance = victim === 'relay' ? await pickRelay(scene) : pick(scene, victim);
      const joined = await groups.of(clientOf(instance));
      instance.signal('SIGSTOP');
      await groups.untilWithout(clientOf(instance));
      await untilWithoutRelay(scene, instance);
      instance.signal('SIGCONT');
      await settled(groups, instance, joined);
    },
  };
}

export function settled(groups: Groups, instance: ServiceInstance, joined: readonly string[]): Promise<void> {
  return groups.untilSettledWith(clientOf(instance), joined);
}

/** What an instance calls itself at the brokers. */
export function clientOf({ service, name }: ServiceInstance): string {
  return `${service}.${name}`;
}
