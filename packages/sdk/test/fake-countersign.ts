import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFakeCalls, type FakeAnswer, type FakeRules, problem } from './fake-calls.ts';
import { createFakeEventStream } from './fake-event-stream.ts';

/** What happens to one request. */
export type Fault =
  | 'none'
  /** The connection drops before the request is handled. */
  | 'lose_request'
  /** The request is handled, and the connection drops before the answer. */
  | 'lose_answer'
  /** The request is handled twice, as by a network that repeats it; the second answer arrives. */
  | 'duplicate'
  /** The request is handled, and no answer comes for as long as the client waits. */
  | 'hang'
  /** The request is handled, and a proxy answers 502 in HTML. */
  | 'bad_gateway'
  /** The request is handled, and the answer is cut short but looks whole. */
  | 'garble'
  /** The request is handled, and the answer is 503 `unavailable`: nobody knows what was recorded. */
  | 'unsure'
  /** 503 `unavailable`: not handled. */
  | 'unavailable'
  /** 503 `overloaded` with Retry-After: not handled. */
  | 'overloaded';

/** A request as it came in. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** How the fake decides, fails and answers. */
export interface FakeOptions extends Partial<FakeRules> {
  readonly fault?: (request: SeenRequest) => Fault;
  /** Answers instead of the fake's own. */
  readonly answer?: (request: SeenRequest) => FakeAnswer | undefined;
}

/** The only key that the fake takes. */
export const FAKE_KEY = 'cs_fakeKeyThatMustNeverShowUpAnywhere0123456789';

/** An in-process stand-in for an installation, on a port of its own; every state and every fault of the contract. */
export async function startFakeCountersign(options: FakeOptions = {}) {
  const { decide = () => 'allow', redeemAtRelease = false, fault = () => 'none' } = options;
  const calls = createFakeCalls({ decide, redeemAtRelease });
  const events = createFakeEventStream();
  const requests: SeenRequest[] = [];

  const handle = async (seen: SeenRequest, url: URL, signal: AbortSignal): Promise<FakeAnswer> => {
    const own = options.answer?.(seen);
    if (own) return own;
    if (seen.headers.authorization !== `Bearer ${FAKE_KEY}`) return problem(401, 'unauthenticated');
    if (seen.path === '/v1/tool-calls' && seen.method === 'POST') {
      return calls.announce(String(seen.headers['idempotency-key']), seen.text);
    }
    if (seen.path === '/v1/permits/verify') return calls.redeem(JSON.parse(seen.text), false);
    if (seen.path === '/v1/permits/redeem') return calls.redeem(JSON.parse(seen.text), true);
    const [, id = '', rest] = /^\/v1\/tool-calls\/([^/]+)(\/outcome)?$/.exec(seen.path) ?? [];
    if (rest === '/outcome') return calls.report(id, JSON.parse(seen.text));
    const call = calls.get(id);
    if (!call) return problem(404, 'not_found');
    const wait = Number(url.searchParams.get('wait_ms') ?? 0);
    const isNews = Number(url.searchParams.get('after') ?? call.version) < call.version;
    if (wait > 0 && !isNews && call.status === 'awaiting_approval') {
      await calls.nextChange(AbortSignal.any([signal, AbortSignal.timeout(wait)]));
    }
    return { status: 200, body: calls.view(call) };
  };

  const server = createServer(async (request, response) => {
    const text = await textOf(request);
    const url = new URL(request.url ?? '/', 'http://fake');
    const { pathname: path, searchParams: query } = url;
    const seen = { method: request.method ?? '', path, query, headers: request.headers, text };
    requests.push(seen);
    if (seen.path === '/v1/events/stream' && !options.answer?.(seen)) {
      return events.serve(request, response, url.searchParams.get('after'));
    }
    const happens = fault(seen);
    if (happens === 'lose_request') return void request.socket.destroy();
    if (happens === 'unavailable') return send(response, problem(503, 'unavailable'));
    if (happens === 'overloaded') {
      return send(response, { ...problem(503, 'overloaded'), headers: { 'retry-after': '0' } });
    }
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    if (happens === 'duplicate') await handle(seen, url, gone.signal);
    const answer = await handle(seen, url, gone.signal);
    if (happens === 'unsure') return send(response, problem(503, 'unavailable'));
    if (happens === 'lose_answer') return void request.socket.destroy();
    if (happens === 'hang') return;
    if (happens === 'bad_gateway') return void response.writeHead(502).end('<html>bad gateway</html>');
    if (happens === 'garble') return void response.end(JSON.stringify(answer.body).slice(0, 40));
    send(response, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    events,
    requests,
    /** Requests to a path, in the order in which they came. */
    requestsTo: (path: string) => requests.filter((seen) => seen.path === path),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A running fake. */
export type FakeCountersign = Awaited<ReturnType<typeof startFakeCountersign>>;

function send(response: ServerResponse, { status, body, headers = {} }: FakeAnswer): void {
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  response.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}
