import type { Answer, Body, Client, Reply } from '../client.ts';
import type { Acknowledgement } from './acknowledgement.ts';
import type { Errand } from './errand.ts';

/** Where an errand is run: the tenant's people, and what they are told goes into the book. */
export interface Scene {
  readonly agent: Client;
  readonly operator: Client;
  readonly acknowledge: (told: Acknowledgement) => void;
  readonly complain: (what: string) => void;
}

/** Runs an errand until it has ended, waits for a human, or the connection is lost. */
export async function runErrand(errand: Errand, scene: Scene, round: number): Promise<'paused' | 'lost'> {
  for (;;) {
    if (errand.step === 'ended') return 'paused';
    if (errand.step === 'decide' && (errand.kind === 'waiting' || errand.decideInRound > round))
      return 'paused';
    const went = await STEPS[errand.step](errand, scene);
    if (went === 'lost') {
      errand.interrupted = true;
      return 'lost';
    }
  }
}

type Went = 'on' | 'lost';

/** Not an answer to the request: the same again with the same key is right. */
function isLost(reply: Reply): reply is Extract<Reply, { kind: 'lost' }> {
  if (reply.kind === 'lost') return true;
  return reply.status === 503 && (reply.body.code === 'unavailable' || reply.body.code === 'overloaded');
}

const STEPS: Record<Exclude<Errand['step'], 'ended'>, (errand: Errand, scene: Scene) => Promise<Went>> = {
  async announce(errand, scene) {
    const reply = await announceErrand(errand, scene.agent);
    if (isLost(reply)) return 'lost';
    const { status, body } = reply;
    const call = (status < 300 ? body.id : body.tool_call_id) ?? null;
    errand.call = call;
    errand.verdict = verdictOf(reply);
    errand.digest = body.arguments_digest ?? null;
    if (call === null) return fail(errand, scene, reply);
    if (status === 200 && body.permit?.token) {
      errand.permit = body.permit.token;
      const shows = body.permit.redeemed ? 'agent.permit.redeemed' : 'agent.tool.authorized';
      scene.acknowledge({ call, shows, position: body.position });
      errand.step = body.permit.redeemed ? 'report' : 'redeem';
    } else if (status === 202) {
      scene.acknowledge({ call, shows: 'agent.approval.requested', position: body.position });
      errand.step = 'decide';
    } else if (status === 403 || status === 429 || isOutOfTime(errand, body.code)) {
      scene.acknowledge({ call, shows: 'agent.safety.blocked' });
      errand.step = 'ended';
    } else return fail(errand, scene, reply);
    return 'on';
  },

  async decide(errand, scene) {
    errand.decisionSent = true;
    const reply = await scene.operator('POST', `/v1/approvals/${errand.call}/decision`, {
      body: {
        decision: errand.kind === 'refused' ? 'deny' : 'approve',
        reason: 'a test',
        arguments_digest: errand.digest,
      },
    });
    if (isLost(reply)) return 'lost';
    // Decided already: by this very request, whose answer was lost.
    if (reply.status !== 200 && reply.body.code !== 'already_decided') return fail(errand, scene, reply);
    scene.acknowledge({ call: errand.call!, shows: decisionEvent(errand) });
    errand.step = 'release';
    return 'on';
  },

  async release(errand, scene) {
    const reply = await scene.agent('GET', `/v1/tool-calls/${errand.call}`);
    if (isLost(reply)) return 'lost';
    const { status, permit, position, reasons } = reply.body;
    // Not judged again yet; the next look follows.
    if (status === 'awaiting_approval' || status === 'evaluating') return 'on';
    const call = errand.call!;
    if (status === 'authorized' && permit?.token && errand.kind === 'approved') {
      errand.permit = permit.token;
      scene.acknowledge({ call, shows: 'agent.tool.authorized', position });
      errand.step = 'redeem';
    } else if (
      status === 'blocked' &&
      (errand.kind === 'refused' || isOutOfTime(errand, reasons?.[0]?.code))
    ) {
      scene.acknowledge({ call, shows: 'agent.safety.blocked', position });
      errand.step = 'ended';
    } else return fail(errand, scene, reply);
    return 'on';
  },

  async redeem(errand, scene) {
    const body = { permit: errand.permit, arguments: (errand.body as { arguments: object }).arguments };
    const redeem = () => scene.agent('POST', '/v1/permits/redeem', { body });
    const replies = await Promise.all([redeem(), redeem()]);
    errand.redeemed += replies.filter((reply) => !isLost(reply) && reply.status === 200).length;
    if (errand.redeemed > 1)
      scene.complain(`call ${errand.call}: ${errand.redeemed} redemptions were told so`);
    for (const reply of replies) {
      if (isLost(reply)) errand.redemptionLost = true;
      else if (reply.status !== 200 && reply.body.code !== 'permit_redeemed')
        return fail(errand, scene, reply);
    }
    if (replies.every(isLost)) return 'lost';
    if (errand.redeemed === 0 && !errand.redemptionLost) {
      scene.complain(`call ${errand.call}: used up, and nobody has redeemed it`);
    }
    scene.acknowledge({ call: errand.call!, shows: 'agent.permit.redeemed' });
    errand.step = 'report';
    return 'on';
  },

  async report(errand, scene) {
    const executed = errand.kind !== 'given-back';
    const reply = await scene.agent('POST', `/v1/tool-calls/${errand.call}/outcome`, {
      body: { permit: errand.permit, success: executed, executed, result: { bytes: 3 }, latency_ms: 7 },
    });
    if (isLost(reply)) return 'lost';
    if (reply.status !== 200) return fail(errand, scene, reply);
    scene.acknowledge({ call: errand.call!, shows: 'agent.tool.called' });
    errand.step = 'ended';
    return 'on';
  },
};

/** Announces an errand's call, for the first time or again. */
export function announceErrand(errand: Errand, agent: Client): Promise<Reply> {
  return agent('POST', '/v1/tool-calls', { body: errand.body, headers: { 'idempotency-key': errand.key } });
}

/** A crash may take longer than a verdict: then the call is closed, and its human's answer comes too late. */
function isOutOfTime(errand: Errand, code: string | undefined): boolean {
  if (code !== 'undecided' || !errand.interrupted) return false;
  errand.undecided = true;
  return true;
}

/** The verdict of an announcement's answer: the same for every repeat. */
export function verdictOf({ body }: { readonly body: Body }): string {
  return body.verdict ?? body.code ?? 'none';
}

function decisionEvent({ kind }: Errand): string {
  return kind === 'refused' ? 'agent.approval.denied' : 'agent.approval.granted';
}

function fail(errand: Errand, scene: Scene, { status, body }: Answer): Went {
  const { kind, step, key, call } = errand;
  scene.complain(`${kind} ${key} (${call}): ${step} was answered ${status} ${JSON.stringify(body)}`);
  errand.step = 'ended';
  return 'on';
}
