import type { Immutable, RouteDefinition, RouteResponse } from '@countersign/contracts';
import type { z } from 'zod';
import type { ResponseHeaders } from '../server/reply.ts';
import type { EventStream } from '../stream/event-stream.ts';

/**
 * What a handler may answer on a route: for each status of its definition the JSON body, the text, nothing, or a
 * stream of events that is opened after the answer.
 */
export type AnswerOf<Route extends RouteDefinition> = {
  [Status in keyof Route['responses'] & number]: Content<Route['responses'][Status]> & {
    readonly status: Status;
    readonly headers?: ResponseHeaders;
  };
}[keyof Route['responses'] & number];

type Content<Response extends RouteResponse | undefined> = Response extends z.ZodType
  ? { readonly body: Immutable<z.output<Response>> }
  : Response extends { contentType: null }
    ? { readonly body?: undefined }
    : Response extends { contentType: 'text/event-stream' }
      ? { readonly open: OpenStream }
      : { readonly body: string };

/** Sends the events of a stream. When it fails, the stream ends and the client resumes. */
export type OpenStream = (stream: EventStream) => void | Promise<void>;

/** Any answer, without the knowledge of its route. */
export type Answer = {
  readonly status: number;
  readonly headers?: ResponseHeaders;
  readonly body?: unknown;
  readonly open?: OpenStream;
};
