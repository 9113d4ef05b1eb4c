import type { ApiRequest } from '../http/api-request.ts';
import { type Deadline, startDeadline } from '../http/deadline.ts';
import type { Http } from '../http/http.ts';
import { readAnswer } from '../http/read-answer.ts';
import { get } from '../http/requests.ts';
import { CountersignError, localProblem } from '../problem.ts';
import type { EventQuery } from './event-query.ts';
import { createSseParser } from './sse-parser.ts';

/** The server sends a comment every 15 s; after three that did not come the connection is taken for dead. */
const SILENCE_MS = 45_000;

/** What one connection leaves to the next. */
export interface Progress {
  /** The id to resume after. */
  resumeAfter: string | undefined;
  /** Connections in a row that brought nothing. */
  failures: number;
  /** Shortest pause before the next connection that the server asked for, in milliseconds. */
  retryMs: number;
}

/** A connection is open, and tells what happens from here on. */
export const OPENED = Symbol('opened');

/**
 * The data of the messages of one connection, after `OPENED`. Ends when the connection does, for whatever reason another connection
 * may mend; throws CountersignError for the others. Leaving the loop closes the connection.
 */
export async function* followOnce(
  http: Http,
  { types, subject }: EventQuery,
  progress: Progress,
  signal: AbortSignal | undefined,
): AsyncGenerator<string | typeof OPENED, void, undefined> {
  const { resumeAfter } = progress;
  const request: ApiRequest = {
    ...get('/v1/events/stream', { types: types?.join(), subject, after: resumeAfter }),
    headers: {
      accept: 'text/event-stream',
      ...(resumeAfter === undefined ? {} : { 'last-event-id': resumeAfter }),
    },
  };
  const deadline = startDeadline(http.retry.attemptTimeoutMs, signal);
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  try {
    reader = (await open(http, request, deadline, progress))?.getReader();
    if (reader === undefined) return;
    deadline.hold(); // What the reader of the events does first takes its time.
    yield OPENED;
    yield* messages(reader, deadline, progress);
  } finally {
    deadline.release();
    deadline.abort();
    await reader?.cancel().catch(() => {}); // It may have failed already, which is why we are here.
  }
}

async function open(http: Http, request: ApiRequest, deadline: Deadline, progress: Progress) {
  let response: Response;
  try {
    response = await deadline.bound(http.open(request, deadline.signal));
  } catch {
    return undefined;
  }
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (response.ok && isStream && response.body !== null) return response.body;
  const text = await deadline.bound(response.text()).catch(() => '');
  const answer = readAnswer(response, text, http.redact);
  if (answer.ok) {
    throw new CountersignError(localProblem('unexpected_answer', 'the answer is no event stream'));
  }
  if (!answer.transient) throw new CountersignError(answer.problem);
  progress.retryMs = answer.problem.retry_after_ms ?? 0;
  return undefined;
}

async function* messages(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  deadline: Deadline,
  progress: Progress,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  const parser = createSseParser();
  for (;;) {
    deadline.restart(SILENCE_MS);
    const piece = await deadline.bound(reader.read()).catch(() => undefined);
    deadline.hold(); // The time that the reader of the events takes is not the server's silence.
    if (piece === undefined || piece.done) return;
    progress.failures = 0;
    for (const { id, data } of parser.push(decoder.decode(piece.value, { stream: true }))) {
      if (id !== undefined) progress.resumeAfter = id;
      if (data !== '') yield data;
    }
    progress.retryMs = parser.retryMs() ?? 0;
  }
}
