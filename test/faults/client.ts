/** The parts of answers that these tests look at. What a field means is the contract's matter. */
export interface Body {
  readonly id?: string;
  readonly status?: string | number;
  readonly code?: string;
  readonly verdict?: string;
  readonly state?: string;
  readonly key?: string;
  readonly tool_call_id?: string;
  readonly arguments_digest?: string;
  readonly position?: string;
  readonly effective_position?: string | null;
  readonly replayed?: boolean;
  readonly handled?: number;
  readonly permit?: { readonly token?: string; readonly redeemed: boolean } | null;
  readonly reasons?: readonly { readonly code: string }[];
  readonly items?: readonly Item[];
  readonly next?: string | null;
}

/** One item of a list: an event, an approval, a parked subject, a policy. */
export interface Item extends Body {
  readonly type?: string;
  readonly subject?: string;
  readonly sequence?: number;
  readonly correlationid?: string;
  readonly causationid?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly processor?: string;
  readonly waiting?: number;
  readonly event_type?: string;
  readonly active?: readonly object[];
}

/** What a caller knows after a request: an answer, or that the connection was lost and anything may have happened. */
export type Reply = Answer | { readonly kind: 'lost' };

export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  readonly body: Body;
}

export interface Sent {
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends requests under one key. */
export type Client = (method: string, path: string, sent?: Sent) => Promise<Reply>;

const LOST: Reply = { kind: 'lost' };

/** A client of an address; `headers` go with every request. */
export function createClient(
  url: string,
  key: string,
  common: Readonly<Record<string, string>> = {},
): Client {
  return async (method, path, { body, headers = {} } = {}) => {
    const authorization = `Bearer ${key}`;
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    try {
      const response = await fetch(url + path, {
        method,
        headers: { authorization, ...json, ...common, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { kind: 'answer', status: response.status, body: text === '' ? {} : JSON.parse(text) };
    } catch (cause) {
      // `fetch` says TypeError for every connection that fails; anything else is an answer that is no JSON.
      if (cause instanceof TypeError) return LOST;
      throw cause;
    }
  };
}

/** The answer where one is sure to come. @throws Error if there is none, or not of the wanted status. */
export async function expectAnswer(reply: Promise<Reply>, ...statuses: number[]): Promise<Body> {
  const answer = await reply;
  if (answer.kind === 'lost') throw new Error('the connection was lost');
  if (!statuses.includes(answer.status)) {
    throw new Error(`${answer.status}, not ${statuses.join(' or ')}: ${JSON.stringify(answer.body)}`);
  }
  return answer.body;
}

/** Makes a key for somebody registered, and a client with it. */
export async function keyFor(owner: Client, kind: 'user' | 'agent' | 'service', id: string): Promise<string> {
  const { key } = await expectAnswer(owner('POST', '/v1/keys', { body: { principal: { kind, id } } }), 201);
  if (key === undefined) throw new Error(`no key for ${kind} ${id}`);
  return key;
}

/** Every item of a list, page by page. */
export async function listAll(client: Client, path: string, after = '0'): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = after; cursor !== null; ) {
    const page: string = cursor === '0' ? '' : `&after=${cursor}`;
    const body: Body = await expectAnswer(
      client('GET', `${path}${path.includes('?') ? '&' : '?'}limit=1000${page}`),
      200,
    );
    items.push(...(body.items ?? []));
    cursor = body.next ?? null;
  }
  return items;
}
