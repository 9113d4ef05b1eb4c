import type { SeededRandom } from '@countersign/testing';
import type { Acknowledgement } from '../../kill-rounds/acknowledgement.ts';
import type { Tenant } from '../../kill-rounds/tenants.ts';
import type { Groups } from '../groups.ts';
import type { Machine } from '../machine.ts';

/** Where a fault happens: the cluster, and an organization whose people it may need. */
export interface Scene {
  readonly machine: Machine;
  readonly groups: Groups;
  readonly random: SeededRandom;
  readonly tenant: Tenant;
  readonly acknowledge: (told: Acknowledgement) => void;
  readonly complain: (what: string) => void;
}

/** Something that happens to a cluster under load. */
export interface Fault {
  readonly name: string;
  /** Resolves when the cluster is whole again, whatever it still has to catch up with. */
  strike(scene: Scene): Promise<void>;
}
