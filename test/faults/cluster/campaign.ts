import { setTimeout as wait } from 'node:timers/promises';
import type { SeededRandom } from '@countersign/testing';
import { type Client, createClient } from '../client.ts';
import type { Acknowledgement } from '../kill-rounds/acknowledgement.ts';
import { createErrands, type Errand } from '../kill-rounds/errand.ts';
import { createQueue, runQueue } from '../kill-rounds/queue.ts';
import { runErrand, type Scene } from '../kill-rounds/run-errand.ts';
import { registerTenants, type TenantName, type Tenants } from '../kill-rounds/tenants.ts';
import type { Machine } from './machine.ts';
import { createOpenErrands, type OpenErrands } from './open-errands.ts';
import { patient } from './patient-client.ts';
import { type ClusterReport, emptyReport } from './report.ts';

/** Requests under way at any time. */
const CLIENTS = 8;
/** Before a client sends the same again, as clients do. */
const BACK_OFF_MS = 50;

/** Clients at work on a cluster, and what they were told. */
export interface Campaign {
  readonly machine: Machine;
  readonly random: SeededRandom;
  readonly tenants: Tenants;
  readonly errands: readonly Errand[];
  readonly open: OpenErrands;
  readonly acknowledged: Readonly<Record<TenantName, Acknowledgement[]>>;
  readonly report: ClusterReport;
  make(tenant: TenantName, round: number, kind?: Errand['kind']): Errand;
  /** Runs what is due in the round and what is made, until nothing is. What is lost is sent again with the same key, as clients do. */
  work(round: number, make: () => Errand | null, onAnswer: () => void): Promise<void>;
}

export async function startCampaign(
  machine: Machine,
  random: SeededRandom,
  quota: number,
): Promise<Campaign> {
  const { url, ownerKey } = machine.cluster;
  const tenants = await registerTenants(url, ownerKey, quota, patient);
  const errands: Errand[] = [];
  const open = createOpenErrands(() => performance.now());
  const acknowledged = { metered: [] as Acknowledgement[], open: [] as Acknowledgement[] };
  const report = emptyReport(quota);
  const make = createErrands(random);

  const sceneOf = (name: TenantName, heard: (reply: Awaited<ReturnType<Client>>) => void): Scene => {
    const listening = (key: string): Client => {
      const client = createClient(url, key);
      return async (...request) => {
        const reply = await client(...request);
        heard(reply);
        return reply;
      };
    };
    return {
      agent: listening(tenants[name].agentKey),
      operator: listening(tenants[name].operatorKey),
      acknowledge: (told) => void acknowledged[name].push(told),
      complain: (what) => void report.complaints.push(`${name}: ${what}`),
    };
  };

  return {
    machine,
    random,
    tenants,
    errands,
    open,
    acknowledged,
    report,
    make,
    async work(round, makeOne, onAnswer) {
      await runQueue(createQueue(errands, round, makeOne), CLIENTS, async (errand) => {
        const own = open.begin(errand);
        const scene = sceneOf(errand.tenant, (reply) => {
          own.answered(reply);
          if (reply.kind === 'lost') report.lost += 1;
          else {
            report.answers += 1;
            onAnswer();
          }
        });
        while ((await runErrand(errand, scene, round)) === 'lost') await wait(BACK_OFF_MS);
        own.end();
        return 'paused';
      });
    },
  };
}
