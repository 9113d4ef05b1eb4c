import type { FastifyReply } from 'fastify';
import { report } from '../server/reply.ts';

/** One server-sent event (WHATWG HTML 9.2). `id` and `event` hold no line breaks. */
export interface StreamMessage {
  /** What the client sends back as `Last-Event-ID`. */
  readonly id: string;
  readonly event: string;
  /** Sent as JSON. */
  readonly data: unknown;
}

/** The sending side of a stream of server-sent events. */
export interface EventStream {
  /**
   * Sends a message. False asks to wait for `drained` before the next one; who goes on all the same is cut off at the
   * buffer limit, and the client resumes from the last message that it got.
   */
  send(message: StreamMessage): boolean;
  /** Resolves when the client has taken what was sent, or is gone. */
  drained(): Promise<void>;
  /** Ends the stream after what was sent. */
  close(): void;
  /** Aborted when the stream has ended, whoever ended it. */
  readonly closed: AbortSignal;
}

/** Bounds of one stream of server-sent events. */
export interface StreamLimits {
  /** How often a comment is sent, in ms, so that neither side takes a quiet stream for a dead one. */
  readonly heartbeatMs: number;
  /** Most bytes that wait for a slow client. */
  readonly bufferBytes: number;
  /** What the client is told to wait before it reconnects, in ms. */
  readonly retryMs: number;
}

/** A comment every 15 s, as the contract says. The buffer holds some thousand events. */
export const DEFAULT_STREAM_LIMITS: StreamLimits = {
  heartbeatMs: 15_000,
  bufferBytes: 4 * 1024 * 1024,
  retryMs: 2_000,
};

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // Proxies that buffer answers would hold events back.
  'x-accel-buffering': 'no',
};

/** Answers a request with a stream of events. It ends when either side closes, or the server does. */
export function openEventStream(reply: FastifyReply, limits: Partial<StreamLimits> = {}): EventStream {
  const { heartbeatMs, bufferBytes, retryMs } = { ...DEFAULT_STREAM_LIMITS, ...limits };
  const { closing } = reply.server.edge;
  const closed = new AbortController();
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, HEADERS);
  report(reply, 200);
  raw.write(`retry: ${retryMs}\n\n`);

  const close = (): void => {
    raw.end();
    ended();
  };
  const heartbeat = setInterval(() => write(': \n\n'), heartbeatMs);
  const ended = (): void => {
    clearInterval(heartbeat);
    closing.removeEventListener('abort', close);
    closed.abort();
  };
  const write = (text: string): boolean => {
    if (closed.signal.aborted) return false;
    if (raw.writableLength + text.length > bufferBytes) {
      raw.destroy();
      ended();
      return false;
    }
    return raw.write(text);
  };
  raw.once('close', ended);
  raw.once('error', ended);
  closing.addEventListener('abort', close, { once: true });
  if (closing.aborted) close();

  return {
    closed: closed.signal,
    close,
    send: ({ id, event, data }) => write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
    drained() {
      if (closed.signal.aborted || !raw.writableNeedDrain) return Promise.resolve();
      return new Promise((resolve) => {
        const done = (): void => {
          raw.removeListener('drain', done);
          closed.signal.removeEventListener('abort', done);
          resolve();
        };
        raw.once('drain', done);
        closed.signal.addEventListener('abort', done, { once: true });
      });
    },
  };
}
