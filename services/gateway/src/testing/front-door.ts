import { callIdFromKey } from '@countersign/event-sourcing';
import { createRecordFeed } from './record-feed.ts';
import { announcement, registerBasics } from './registered.ts';
import { type GatewayOptions, startGateway } from './running-gateway.ts';
import { type IntentText, registeredSigner, signedIntent } from './signed-intent.ts';

/** Id of the intent that tests announce, and of the call that it becomes. */
export const KEY = '019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11';
/** The call that the intent becomes. */
export const CALL = callIdFromKey('default', 'agent:helper', KEY);

/** A gateway with `helper`, a key of it, and the front door open. */
export async function frontDoor(options: GatewayOptions = {}) {
  const gateway = await startGateway(options);
  const basics = await registerBasics(gateway);
  const signer = await registeredSigner(gateway);
  const feed = createRecordFeed(() => gateway.clock.nowMs());
  const { intake, refusals } = gateway.takeIntents(feed);
  const now = () => new Date(gateway.clock.nowMs()).toISOString();
  const intent = (change: Partial<IntentText> = {}) =>
    signedIntent(signer, {
      type: 'agent.intent.announced',
      id: KEY,
      time: now(),
      data: announcement(),
      ...change,
    });
  const redeem = (id: string, change: object = {}) =>
    intent({
      type: 'agent.permit.redeem',
      id,
      data: { tool_call_id: CALL, arguments: { path: 'a' }, ...change },
    });
  const report = (id: string, change: object = {}) =>
    intent({ type: 'agent.tool.reported', id, data: { tool_call_id: CALL, success: true, ...change } });
  const call = async () => (await basics.agent('GET', `/v1/tool-calls/${CALL}`)).body;
  return { gateway, ...basics, signer, feed, intake, refusals, intent, redeem, report, call };
}
