import { setTimeout as wait } from 'node:timers/promises';
import { type Network, startNetwork } from '@countersign/event-store-grpc/testing';
import type { ServiceInstance } from '@countersign/infra-cluster';
import { topicDefinitions } from '@countersign/infra-kafka';
import { Partitioners } from 'kafkajs';
import { type Client, createClient, expectAnswer, keyFor, listAll, type Reply } from '../../client.ts';
import { ownerOf } from '../../kill-rounds/tenants.ts';
import { announcement, policiesInForce, registerBasics } from '../../registrations.ts';
import { patient } from '../patient-client.ts';
import { patiently } from '../patiently.ts';
import type { Scene } from './fault.ts';
import { addressOf, engage, release } from './switching.ts';

const AGENT = 'helper';
const ARGUMENTS = { path: 'held' };
const VERDICTS = 'gateway.verdicts.v1';
const VOIDING = 'gateway.voiding.v1';
const QUOTA = 'agent.quota';
const SWITCHES = 'agent.safety';
/** A gateway decides these within its lease or not at all: then it is tried anew. */
const DECIDED_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 20;

/**
 * Two permits that a gateway gives are on their way to the store while a kill switch becomes effective at the other gateway, and
 * get there behind it: of one the client still waits, the other's is gone, so that nothing but the fold says that it is void.
 * Nobody is told of the first, and the second is never redeemed, not even after the switch is released.
 */
export async function authorizeBehindEffect(
  scene: Pick<Scene, 'machine' | 'groups' | 'random' | 'complain'>,
): Promise<void> {
  const { machine, groups } = scene;
  const [other] = machine.instancesOf('gateway');
  await using network = await startNetwork(Number(new URL(machine.storeUrl).port));
  const url = `esdb://127.0.0.1:${network.port}?tls=false`;
  const held = await machine.add('gateway', { COUNTERSIGN_EVENTSTORE_URL: url });
  await groups.untilSettledWith(clientOf(held), await groups.of(clientOf(other!)));
  const own = await groups.partitionsOf(clientOf(held), VERDICTS, QUOTA);

  const suffix = scene.random.next().toString(36);
  const organization = organizationIn(`held-${suffix}`, (partition) => own.includes(partition));
  // The other gateway has to say that the switch is effective.
  const switching = organizationIn(`switching-${suffix}`, (partition) => !own.includes(partition));
  const ownerIn = (one: string) =>
    patient(ownerOf({ organization: one }, addressOf(other!), machine.cluster.ownerKey));
  const owner = ownerIn(organization);
  const operator = ownerIn(switching);
  for (const id of [organization, switching])
    await expectAnswer(ownerIn('default')('POST', '/v1/organizations', { body: { id } }), 201);
  await policiesInForce(owner);
  await registerBasics(owner, organization);
  const key = await keyFor(owner, 'agent', AGENT);
  const at = (gateway: ServiceInstance) => createClient(addressOf(gateway), key);

  const told = await whileHeld(network, organization, { url: addressOf(other!), key }, async () => {
    // One on the organization would stand in its own record, and the held gateway would have to say that it is effective.
    await engage(operator, 'all', null);
    // What ends permits because of a switch finds none yet.
    await groups.untilRead(VOIDING, SWITCHES);
  });
  if (told.kind === 'lost' || told.status === 200)
    scene.complain(`an announcement was answered ${JSON.stringify(told)}`);
  const late = await patiently(() => authorizedLate(owner, operator));
  const forgotten = late.find((call) => told.kind === 'lost' || call !== told.body.tool_call_id);

  await release(operator, null);
  for (const gateway of [held, other!]) await patiently(() => allowed(at(gateway)));
  const { status, permit } = await expectAnswer(at(other!)('GET', `/v1/tool-calls/${forgotten}`), 200);
  if (status !== 'authorized') scene.complain(`the call that nobody waited for is ${status}`);
  for (const gateway of [held, other!]) {
    const shown = { body: { permit: permit?.token, arguments: ARGUMENTS } };
    const redeemed = await patient(at(gateway))('POST', '/v1/permits/redeem', shown);
    if (redeemed.kind === 'lost' || redeemed.status !== 410)
      scene.complain(`a redemption at ${gateway.name} was answered ${JSON.stringify(redeemed)}`);
  }
  const used = await listAll(owner, '/v1/events?types=agent.permit.redeemed');
  if (used.some(({ correlationid }) => late.includes(correlationid ?? '')))
    scene.complain('a permit behind the effect of a switch is redeemed');
  await machine.retire(held);
}

function clientOf({ name }: ServiceInstance): string {
  return `gateway.${name}`;
}

/** An organization whose messages are on such a partition. */
function organizationIn(name: string, wanted: (partition: number) => boolean): string {
  const count = topicDefinitions().find((topic) => topic.name === QUOTA)?.partitions ?? 0;
  const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({ partitionId, leader: 1 }));
  const choose = Partitioners.DefaultPartitioner();
  for (let n = 0; ; n += 1) {
    const key = `${name}-${n}`;
    const message = { key, value: null };
    if (wanted(choose({ topic: QUOTA, partitionMetadata: partitionMetadata as never, message }))) return key;
  }
}

/** Announces two calls, of which one is left alone; what the other is told when their permits get to the store. */
async function whileHeld(
  { hold }: Network,
  organization: string,
  { url, key }: { readonly url: string; readonly key: string },
  meanwhile: () => Promise<void>,
): Promise<Reply> {
  for (;;) {
    // The gateway behind the network does nothing else in this organization.
    const permits = hold(`"organization":"${organization}"`);
    const body = announcement('read-file', ARGUMENTS.path);
    const told = createClient(url, key)('POST', '/v1/tool-calls', { body });
    const leaving = new AbortController();
    const left = fetch(`${url}/v1/tool-calls`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      // With a time to wait, it is given up when its client goes.
      body: JSON.stringify({ ...body, wait_ms: 30_000 }),
      signal: leaving.signal,
    }).catch(() => null);
    const areHeld = await within(DECIDED_WITHIN_MS, () => permits.times() === 2);
    leaving.abort();
    await left;
    try {
      if (areHeld) await meanwhile();
    } finally {
      permits.release();
    }
    const reply = await told;
    if (areHeld) return reply;
  }
}

async function within(ms: number, condition: () => boolean): Promise<boolean> {
  const end = performance.now() + ms;
  while (!condition() && performance.now() < end) await wait(LOOK_EVERY_MS);
  return condition();
}

/** The calls that were authorized behind the switch's effect by a gateway that did not know of it. @throws Error if it is not both */
async function authorizedLate(owner: Client, operator: Client): Promise<readonly string[]> {
  const switches = await listAll(operator, '/v1/events?types=killswitch.engaged,killswitch.effective');
  const [engaged, effective] = switches.map(({ position }) => Number(position));
  const late = (await listAll(owner, '/v1/events?types=agent.tool.authorized')).filter(
    ({ position, data }) => Number(position) > effective! && Number(data?.kill_epoch) < engaged!,
  );
  if (late.length !== 2) throw new Error(`authorized behind the effect: ${JSON.stringify(late)}`);
  return late.map(({ correlationid = '' }) => correlationid);
}

async function allowed(client: Client): Promise<void> {
  const body = announcement('read-file', ARGUMENTS.path, { redeem: true });
  await expectAnswer(client('POST', '/v1/tool-calls', { body }), 200);
}
