import { join } from 'node:path';
import { readClusterKey } from '@countersign/internal-http';
import { countersign } from '../../cli.ts';
import { type Item, listAll } from '../../client.ts';
import { ownerOf } from '../../kill-rounds/tenants.ts';
import { patient } from '../patient-client.ts';
import { patiently } from '../patiently.ts';
import type { Fault, Scene } from './fault.ts';
import { poisonFor, writePoison } from './poisoned-records.ts';

/** Records that can not be understood come between those of an organization, whose own go on. */
export const poisonedRecords: Fault = {
  name: 'poison: records that nobody understands',
  async strike(scene) {
    const { machine, tenant, complain } = scene;
    const { url, ownerKey, keys } = machine.cluster;
    const key = readClusterKey(join(keys, 'cluster.key'));
    if ('code' in key) throw new Error(key.detail);
    const owner = patient(ownerOf(tenant, url, ownerKey));
    const poison = poisonFor(tenant.organization, key.records);
    const letters = async () => {
      const all = (await listAll(owner, '/v1/dead-letters')) as unknown as Letter[];
      return all.filter(({ topic }) => poison.some((one) => one.topic === topic));
    };
    const codes = (all: readonly Letter[]) => all.map(({ errors: [error] }) => error?.code).sort();
    await writePoison(machine.kafka.brokers, poison);
    const wanted = poison.map(({ code }) => code).sort();
    const put = await patiently(async () => {
      const all = await letters();
      if (String(codes(all)) !== String(wanted)) throw new Error(`dead letters: ${codes(all)}`);
      return all;
    });
    for (const { id, state } of put) if (state !== 'refused') complain(`dead letter ${id} is ${state}`);

    // The bytes have not become better: what is written again is put aside again, behind the others.
    const [first] = put.filter(({ topic }) => topic === 'agent.evaluation');
    const retried = await retry(scene, first!.id);
    if (retried.state !== 'replayed') complain(`a retry was answered ${JSON.stringify(retried)}`);
    await patiently(async () => {
      const all = await letters();
      if (all.some(({ id }) => id === first!.id))
        throw new Error('the letter is there, although it was replayed');
      if (String(codes(all)) !== String(wanted)) throw new Error(`dead letters: ${codes(all)}`);
    });
  },
};

/** A dead letter, as the API shows it. */
export interface Letter extends Item {
  readonly id: string;
  readonly topic: string;
  readonly state: string;
  readonly errors: readonly { readonly code: string; readonly consumer: string }[];
}

/** `countersign dlq retry`. */
export async function retry({ machine }: Scene, id: string): Promise<Retried> {
  const { url, ownerKey } = machine.cluster;
  const ran = await countersign(['dlq', 'retry', id, '--json'], {
    COUNTERSIGN_URL: url,
    COUNTERSIGN_KEY: ownerKey,
  });
  if (ran.stdout === '') throw new Error(`countersign dlq retry ended with ${ran.code}: ${ran.stderr}`);
  return JSON.parse(ran.stdout) as Retried;
}

export interface Retried {
  readonly state: string;
  readonly parked?: readonly { readonly state: string; readonly handled: number }[];
}
