import { describe, expect, it } from 'vitest';
import { announcement, registerBasics } from '../testing/registered.ts';
import { type RunningGateway, startGateway } from '../testing/running-gateway.ts';

const STREAM = 'killswitch-01a1fd5a-0e60-7260-a743-00000000000b';
const ENGAGED = 'kill-switch-engaged.v1';
const EFFECTIVE = 'kill-switch-effective.v1';
const RELEASED = 'kill-switch-released.v1';

/** Appends what another gateway decided of a switch on the agent. */
function elsewhere({ store, clock }: RunningGateway, after: number, ...types: readonly string[]): void {
  const data = {
    kill_switch_id: STREAM.slice('killswitch-'.length),
    scope: 'agent',
    target: 'helper',
    drill: false,
    by: { kind: 'user', id: 'olga' },
    expires_at: null,
    epoch: null,
  };
  const metadata = (type: string) => ({
    id: `elsewhere-${type}`,
    time: new Date(clock.nowMs()).toISOString(),
    organization: 'default',
  });
  const events = types.map((type) => ({ type, data, metadata: metadata(type) }));
  store.append(STREAM, after === 0 ? 'no-stream' : after, events);
}

/** A gateway to whose board a switch comes late: it was effective just before the gateway did something. */
async function lateBoard(when = 'tool-authorized.v1') {
  let late: (() => void) | null = null;
  const gateway: RunningGateway = await startGateway({
    before(type) {
      if (type !== when) return;
      late?.();
      late = null;
    },
  });
  const { agent } = await registerBasics(gateway);
  await gateway.settled();
  late = () => {
    gateway.board.hold();
    elsewhere(gateway, 0, ENGAGED, EFFECTIVE);
  };
  return { gateway, agent };
}

describe('a permit issued under a switch that the gateway did not know of', () => {
  it('is void once it knows, and the call is blocked before anybody is told', async () => {
    const { gateway, agent } = await lateBoard();
    const answering = agent('POST', '/v1/tool-calls', announcement());
    await gateway.happens('tool-authorized.v1');
    // Over again: only the permit's epoch tells that it was issued in between.
    elsewhere(gateway, 2, RELEASED);
    await gateway.board.release();
    const { status, body } = await answering;
    expect([status, body.code]).toEqual([403, 'denied']);
    expect((await gateway.types(`toolcall-${body.tool_call_id}`)).at(-1)).toBe('safety-blocked.v1');
    expect((await agent('GET', `/v1/tool-calls/${body.tool_call_id}`)).body).toMatchObject({
      status: 'blocked',
      reasons: [{ layer: 'kill_switch', code: 'killed' }],
    });
  });

  it('does not leave: it is checked once more when it is durable', async () => {
    const { gateway, agent } = await lateBoard();
    await gateway.store.whenDurable(gateway.store.acceptedPosition);
    gateway.disk.hold();
    const key = { 'idempotency-key': 'under-a-switch' };
    const answering = agent('POST', '/v1/tool-calls', announcement(), key);
    await gateway.happens('tool-authorized.v1');
    await gateway.board.release();
    gateway.disk.release();
    const refused = { status: 403, body: { code: 'denied', reasons: [{ code: 'killed' }] } };
    expect(await answering).toMatchObject(refused);
    expect(await agent('POST', '/v1/tool-calls', announcement(), key)).toMatchObject(refused);
  });

  it('that was used at once is not told as good, and the call goes on', async () => {
    const { gateway, agent } = await lateBoard();
    await gateway.store.whenDurable(gateway.store.acceptedPosition);
    gateway.disk.hold();
    const answering = agent('POST', '/v1/tool-calls', announcement({ redeem: true }));
    await gateway.happens('permit-redeemed.v1');
    await gateway.board.release();
    gateway.disk.release();
    expect(await answering).toMatchObject({ status: 410, body: { code: 'void' } });
    expect((await agent('GET', '/v1/tool-calls')).body.items).toMatchObject([{ status: 'redeemed' }]);
  });
});

describe('a permit redeemed under a switch that the gateway did not know of', () => {
  it('is not told as redeemed, whatever became of the switch', async () => {
    const { gateway, agent } = await lateBoard('permit-redeemed.v1');
    const { body: call } = await agent('POST', '/v1/tool-calls', announcement());
    const permit = { permit: call.permit.token, arguments: { path: 'a' } };
    const redeeming = agent('POST', '/v1/permits/redeem', permit);
    await gateway.happens('permit-redeemed.v1');
    elsewhere(gateway, 2, RELEASED);
    await gateway.board.release();
    expect(await redeeming).toMatchObject({ status: 410, body: { code: 'void' } });
    expect(await agent('POST', '/v1/permits/verify', permit)).toMatchObject({ status: 410 });
  });
});
