import type { ServiceName } from '@countersign/infra-cluster';
import type { Fault } from './fault.ts';
import { pick } from './kill.ts';
import { clientOf, settled } from './pause.ts';

/** One instance more, which the groups deal partitions to, and then one less: all partitions move twice. */
export function rebalanced(service: ServiceName): Fault {
  return {
    name: `rebalance ${service}`,
    async strike(scene) {
      const { machine, groups } = scene;
      const joined = await groups.of(clientOf(pick(scene, service)));
      const added = await machine.add(service);
      await settled(groups, added, joined);
      await machine.retire(pick(scene, service));
      await settled(groups, pick(scene, service), joined);
    },
  };
}
