import type { ServiceInstance } from '@countersign/infra-cluster';
import { type Body, type Client, createClient, expectAnswer, keyFor, type Reply } from '../../client.ts';
import { ownerOf } from '../../kill-rounds/tenants.ts';
import { announcement } from '../../registrations.ts';
import type { Machine } from '../machine.ts';
import { patient } from '../patient-client.ts';
import { patiently } from '../patiently.ts';
import type { Fault, Scene } from './fault.ts';
import { addressOf, engage, release } from './switching.ts';

/** Clients of the gateway that is stopped, each in the middle of something. */
const CLIENTS = 24;
/** It is stopped after so many answers. */
const ANSWERS_BEFORE = 60;
/** Of its event loop. */
const TURNS = 30;
const ARGUMENTS = { path: 'stopped' };

/**
 * A gateway is stopped in the middle of its work while an agent's kill switch becomes effective at the other. Whatever it has
 * in its hands, and whatever is asked of it when it goes on, it tells nobody that the agent may do anything.
 */
export const pausedWhileSwitched: Fault = {
  name: 'switch while a gateway is paused',
  async strike(scene) {
    const { machine, tenant } = scene;
    const [stopped, other] = machine.instancesOf('gateway');
    const owner = (gateway: ServiceInstance) =>
      patient(ownerOf(tenant, addressOf(gateway), machine.cluster.ownerKey));
    const agent = `stopped-${scene.random.next().toString(36)}`;
    await expectAnswer(owner(other!)('PUT', `/v1/agents/${agent}`, { body: { owner: 'alice' } }), 200, 201);
    const key = await keyFor(owner(other!), 'agent', agent);
    const at = (gateway: ServiceInstance) => createClient(addressOf(gateway), key);
    const kept = (await patiently(() => announce(scene, at(stopped!), agent, false))).permit!.token!;

    let answers = 0;
    const enough = Promise.withResolvers<void>();
    const onAnswer = () => {
      answers += 1;
      if (answers === ANSWERS_BEFORE) enough.resolve();
    };
    const working = Array.from({ length: CLIENTS }, (_, n) =>
      untilRefused(scene, at(stopped!), agent, n % 2 === 0, onAnswer),
    );
    await enough.promise;
    await stopInTheMiddle(machine, stopped!);
    await engage(owner(other!), 'agent', agent);
    // One permit is shown to both, and asked of the one that does not answer yet.
    const redeem = (client: Client) =>
      client('POST', '/v1/permits/redeem', { body: { permit: kept, arguments: ARGUMENTS } });
    const late = redeem(at(stopped!));
    refused(scene, 'a redemption at the other gateway', await redeem(at(other!)));
    stopped!.signal('SIGCONT');
    refused(scene, 'a redemption at the stopped gateway', await late);
    await Promise.all(working);
    refused(scene, 'a redemption after all', await redeem(at(stopped!)));

    await release(owner(other!), agent);
    await patiently(() => announce(scene, at(stopped!), agent, true));
  },
};

/**
 * Stops a gateway when all that it works on waits for the store, which answers then: what it goes on with when it is woken was
 * decided, half or whole, by what held before.
 */
async function stopInTheMiddle({ store }: Machine, gateway: ServiceInstance): Promise<void> {
  store.signal('SIGSTOP');
  try {
    // So many turns later, everything that it has taken has got as far as it can.
    for (let turn = 0; turn < TURNS; turn += 1) await fetch(`${addressOf(gateway)}/healthz`);
    gateway.signal('SIGSTOP');
  } finally {
    store.signal('SIGCONT');
  }
}

/** A call that is allowed, and so told. @throws Error if it is not. */
async function announce(scene: Scene, client: Client, agent: string, redeem: boolean): Promise<Body> {
  const body = announcement('read-file', ARGUMENTS.path, { agent_id: agent, redeem });
  const told = await expectAnswer(client('POST', '/v1/tool-calls', { body }), 200);
  tell(scene, told, redeem ? 'agent.permit.redeemed' : 'agent.tool.authorized');
  return told;
}

function tell(scene: Scene, { id, tool_call_id }: Body, shows: string): void {
  scene.acknowledge({ call: (id ?? tool_call_id)!, shows });
}

/** Announces and redeems, at once or in two steps, until it hears that the agent may not. */
async function untilRefused(
  scene: Scene,
  client: Client,
  agent: string,
  atOnce: boolean,
  onAnswer: () => void,
): Promise<void> {
  for (;;) {
    const body = announcement('read-file', ARGUMENTS.path, { agent_id: agent, redeem: atOnce });
    const announced = await client('POST', '/v1/tool-calls', { body });
    onAnswer();
    if (isAllowed(announced))
      tell(scene, announced.body, atOnce ? 'agent.permit.redeemed' : 'agent.tool.authorized');
    else if (isFinal(announced)) return;
    if (atOnce || !isAllowed(announced)) continue;
    const permit = { permit: announced.body.permit?.token, arguments: ARGUMENTS };
    const redeemed = await client('POST', '/v1/permits/redeem', { body: permit });
    onAnswer();
    if (isAllowed(redeemed)) tell(scene, redeemed.body, 'agent.permit.redeemed');
    else if (isFinal(redeemed)) return;
  }
}

function isAllowed(reply: Reply): reply is Extract<Reply, { kind: 'answer' }> {
  return reply.kind === 'answer' && reply.status === 200;
}

/** Refused for good, not for now. */
function isFinal(reply: Reply): boolean {
  return reply.kind === 'answer' && (reply.body.code === 'denied' || reply.body.code === 'void');
}

function refused({ complain }: Scene, what: string, reply: Reply): void {
  if (reply.kind === 'lost' || reply.status === 200)
    complain(`${what} was answered ${JSON.stringify(reply)}`);
}
