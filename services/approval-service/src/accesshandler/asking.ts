import { createHmac, type KeyObject } from 'node:crypto';
import { REVIEW_ANSWERS, type ReviewAnswer } from '@countersign/access';
import type { JsonObject } from '@countersign/event-sourcing';
import type { HandlerEntry } from './handlers.ts';

/** Posts to an address that somebody registered; what it reaches is bounded by who provides it. */
export interface PostWebhook {
  post(
    url: string,
    post: {
      readonly body: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly timeoutMs: number;
    },
  ): Promise<{ readonly body: string } | { readonly failed: string }>;
}

/** What a handler answered, and why it counts as `defer` where it did not answer. */
export interface Asked {
  readonly answer: ReviewAnswer;
  readonly failure: string | null;
}

/** How often a handler is asked about one request, and the waits between in ms. */
const PAUSES_MS = [250, 1_000];
/** What another attempt will not mend. */
const FINAL: ReadonlySet<string> = new Set(['forbidden_address', 'too_large']);

/** The secret that a handler's questions are signed with: the same on every process, in no event and no log. */
export function handlerSecret(key: KeyObject, organization: string, handlerId: string): string {
  const mac = createHmac('sha256', key).update(`${organization}:${handlerId}`).digest('base64url');
  return `csw_${mac}`;
}

/** `t=<seconds since 1970>,v1=<hex HMAC-SHA256 of "<t>.<body>" under the secret>`. */
export function signatureOf(secret: string, body: string, nowMs: number): string {
  const t = Math.floor(nowMs / 1_000);
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
}

/** Asks a handler, a few times if need be. One that does not answer, or not in these words, defers. */
export function createAskHandler(deps: {
  readonly webhooks: PostWebhook;
  readonly key: KeyObject;
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
}): (organization: string, handler: HandlerEntry, question: JsonObject) => Promise<Asked> {
  return async (organization, handler, question) => {
    const body = JSON.stringify(question);
    const secret = handlerSecret(deps.key, organization, handler.id);
    for (let attempt = 0; ; attempt += 1) {
      const headers = { 'countersign-signature': signatureOf(secret, body, deps.nowMs()) };
      const answer = await deps.webhooks.post(handler.url, { body, headers, timeoutMs: handler.timeoutMs });
      if ('body' in answer) return understood(answer.body);
      const wait = PAUSES_MS[attempt];
      if (wait === undefined || FINAL.has(answer.failed)) return { answer: 'defer', failure: answer.failed };
      await deps.pause(wait);
    }
  };
}

/** `"approve"`, or `{"decision": "approve"}`; nothing else is a yes. */
function understood(body: string): Asked {
  try {
    const parsed: unknown = JSON.parse(body);
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    const word = isObject && Object.keys(parsed).length === 1 ? Object.values(parsed)[0] : parsed;
    const isNamed = !isObject || Object.hasOwn(parsed, 'decision');
    const answer = isNamed ? REVIEW_ANSWERS.find((one) => one === word) : undefined;
    if (answer) return { answer, failure: null };
  } catch {
    // What is no JSON is not understood either.
  }
  return { answer: 'defer', failure: 'not_understood' };
}
