import { randomUUID } from 'node:crypto';
import { isStoreError } from '@countersign/event-store';
import { openEventStoreDb } from '@countersign/event-store-eventstoredb';
import { type Client, createClient, expectAnswer, type Item, keyFor, listAll } from '../../client.ts';
import { ownerOf } from '../../kill-rounds/tenants.ts';
import { announcement, policiesInForce } from '../../registrations.ts';
import { patient } from '../patient-client.ts';
import { patiently } from '../patiently.ts';
import type { Fault, Scene } from './fault.ts';
import { type Letter, retry } from './poison.ts';

const EVALUATE = 'policy-engine.evaluate.v1';
const VOIDING = 'gateway.voiding.v1';
const READ = { description: 'Reads', input_schema: { type: 'object' }, action: 'read' };

/**
 * A registration stands in the ledger that no service can judge by: what needs it is parked and what belongs behind that waits,
 * until a person has mended it and released them in order.
 */
export const brokenPerson: Fault = {
  name: 'poison: a handler that fails',
  async strike(scene) {
    const organization = `broken-${scene.random.next().toString(36)}`;
    const { machine, complain } = scene;
    const { url, ownerKey } = machine.cluster;
    const owner = patient(ownerOf({ organization }, url, ownerKey));
    const put = (path: string, body: object) => expectAnswer(owner('PUT', path, { body }), 200, 201);
    const parked = (processor: string) => listAll(owner, `/v1/parked?processor=${processor}`);
    const roles = [{ scope: { organization }, role: 'owner' }];
    await expectAnswer(
      patient(createClient(url, ownerKey))('POST', '/v1/organizations', { body: { id: organization } }),
      201,
    );
    await policiesInForce(owner);
    await put('/v1/users/mal', { roles });
    await put('/v1/tools/guarded', { ...READ, required_permissions: ['files.read'] });
    await put('/v1/tools/open', READ);
    const agents = { first: 'bob', second: 'bob', mals: 'mal' };
    for (const [agent, person] of Object.entries(agents)) await put(`/v1/agents/${agent}`, { owner: person });
    const keys = new Map<string, string>();
    for (const agent of Object.keys(agents)) keys.set(agent, await keyFor(owner, 'agent', agent));
    const announce = (agent: string, tool: string) =>
      patient(createClient(url, keys.get(agent)!))('POST', '/v1/tool-calls', {
        body: announcement(tool, 'a', { agent_id: agent }),
      });
    // A machine that does much else may close a call as undecided.
    for (const agent of ['first', 'second'])
      await patiently(() => expectAnswer(announce(agent, 'open'), 200));
    await patiently(() => expectAnswer(announce('mals', 'guarded'), 200));

    await breakRegistration(machine.storeUrl, organization);
    // As a message it is none of its kind: a dead letter at once. As state it is there, and what needs the roles fails.
    await patiently(async () => letterOf(owner, 'invalid_event', organization));
    for (const agent of ['first', 'second'])
      await expectAnswer(owner('POST', `/v1/agents/${agent}/disable`, { body: { reason: 'a test' } }), 200);
    await patiently(async () => expectParked(await parked(VOIDING), 1));
    const waiting = announce('mals', 'guarded');
    await patiently(async () => expectParked(await parked(EVALUATE), 0));

    await put('/v1/users/mal', { roles });
    await patiently(async () => expectParked(await parked(VOIDING), 2));
    for (const [processor, handled] of [
      [VOIDING, 3],
      [EVALUATE, 1],
    ] as const) {
      const { id } = await letterOf(owner, 'handler_failed', organization, processor);
      const retried = await retry(scene, id);
      if (retried.state !== 'released' || retried.parked?.[0]?.handled !== handled)
        complain(`${processor}: a retry was answered ${JSON.stringify(retried)}`);
    }
    const { id: call, tool_call_id: closed = call } = await expectAnswer(waiting, 200, 503);
    const left = await listAll(owner, '/v1/parked');
    if (left.length > 0) complain(`parked still: ${JSON.stringify(left)}`);
    await judge(scene, owner, closed!);
  },
};

/** What was released was handled in order: the first in line has ended every permit that had fallen by then. */
async function judge({ complain }: Scene, owner: Client, released: string): Promise<void> {
  const types = 'agent.disabled,agent.safety.blocked,agent.tool.evaluated';
  const events = await listAll(owner, `/v1/events?types=${types}`);
  const [firstDisabled] = events.filter(({ type }) => type === 'agent.disabled');
  const ends = events.filter(
    ({ type, data }) => type === 'agent.safety.blocked' && data?.reason === 'agent_disabled',
  );
  if (ends.length !== 2 || ends.some(({ causationid }) => causationid !== firstDisabled?.id))
    complain(`the permits of disabled agents ended by ${JSON.stringify(ends)}`);
  if (
    !events.some(({ type, correlationid }) => type === 'agent.tool.evaluated' && correlationid === released)
  )
    complain('the call whose evaluation was released is not evaluated');
}

function expectParked([one, ...others]: readonly Item[], waiting: number): void {
  if (!one || others.length > 0 || one.waiting !== waiting)
    throw new Error(`parked: ${JSON.stringify([one, ...others])}`);
}

async function letterOf(
  owner: Client,
  code: string,
  organization: string,
  consumer?: string,
): Promise<Letter> {
  const letters = (await listAll(owner, '/v1/dead-letters')) as unknown as (Letter & { key: string })[];
  const found = letters.find(
    ({ key, errors }) =>
      key === organization &&
      errors.some((error) => error.code === code && (consumer === undefined || error.consumer === consumer)),
  );
  if (!found) throw new Error(`no dead letter ${code} of ${organization}: ${JSON.stringify(letters)}`);
  return found;
}

/** A change of the registration of `mal`, as a faulty version might have written it: one role's name and not a list. */
async function breakRegistration(storeUrl: string, organization: string): Promise<void> {
  const store = await openEventStoreDb({ url: storeUrl });
  if ('code' in store) throw new Error(store.detail);
  try {
    const stream = `user-${organization}:mal` as const;
    const last = (await store.read(stream)).at(-1)!;
    const metadata = { id: randomUUID(), time: new Date().toISOString(), organization };
    const broken = { type: 'user-changed.v1', data: { ...last.data, roles: 'owner' }, metadata };
    const appended = await store.append(stream, last.version, [broken]).durable;
    if (isStoreError(appended)) throw new Error(appended.code);
  } finally {
    await store.close();
  }
}
