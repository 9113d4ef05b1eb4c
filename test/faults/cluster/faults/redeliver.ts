import type { ServiceName } from '@countersign/infra-cluster';
import type { Fault } from './fault.ts';

/** All instances end in order, their groups forget how far they were, and every record is delivered to them again. */
export function redelivered(service: ServiceName): Fault {
  return {
    name: `redeliver ${service}`,
    async strike({ machine, groups }) {
      const instances = machine.instancesOf(service);
      await Promise.all(instances.map((instance) => machine.retire(instance)));
      await groups.forget(service);
      await Promise.all(instances.map((instance) => machine.startAgain(instance)));
    },
  };
}
