import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from '@countersign/access';
import type { Permission, PlanFlag, Problem, ProblemCode } from '@countersign/contracts';
import type { Logger } from '@countersign/telemetry';
import type { ResponseHeaders } from './reply.ts';

/**
 * Who holds this key: a principal, null for nobody, or a problem where the key is good and the request is not (a
 * `Countersign-Organization` that the caller may not name).
 */
export type Authenticate = (
  bearer: string,
  headers: IncomingHttpHeaders,
  target: RequestTarget,
) => Authenticated | Promise<Authenticated>;

/** Somebody, nobody, or why the key does not help. */
export type Authenticated = Principal | Problem | null;

/** What a request asks for, as it came in: a proof of who asks may hold for that alone. */
export interface RequestTarget {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
}

/**
 * Whether who was let in would be let in again, once everything up to `position` of the ledger is known. Asked as long
 * as a stream is open, for its key may be revoked meanwhile.
 */
export type IsInForce = (principal: Principal, position: number) => boolean | Promise<boolean>;

/**
 * When what somebody was let in with ends by itself, by the clock that judges it, in ms, as far as is known now; null: never.
 * A stream has no event after it.
 */
export type EndsAt = (principal: Principal) => number | null;

/** Whether the principal holds the permission: in its whole organization, in one project, or in any of its projects. */
export type Allows = (principal: Principal, permission: Permission, where?: Where) => boolean;

/** In the whole organization, in any of its projects, or in one. */
export type Where = 'everywhere' | 'anywhere' | { readonly project: string };

/** Whether the plan of the principal's organization has a feature. */
export type HasFlag = (principal: Principal, flag: PlanFlag) => boolean;

/**
 * Resolves when everything that this process knows now is durable, null where it is already; rejects where it never
 * will be. What an answer is made of may be ahead of the disk, and an answer can't be taken back.
 */
export type WhenDurable = () => Promise<void> | null;

/**
 * Whether a request may go on that its caller may make: asked before its body is read, so that one which may not has changed
 * nothing. The headers are those of its answer, whatever that will be. What concerns the installation is not asked about.
 */
export type Admits = (asked: {
  readonly principal: Principal;
  readonly method: string;
  /** Of the route that matched, however the request spelt it; as it came, without the query, where none did. */
  readonly path: string;
}) => Admission | Promise<Admission>;

/** `refused` null: the request goes on. */
export interface Admission {
  readonly headers: ResponseHeaders;
  readonly refused: Problem | null;
}

/** A request that was answered with a problem. */
export interface Refusal {
  readonly code: ProblemCode;
  /** Method and path template, such as `POST /v1/tool-calls`; `unknown` where no route matched. */
  readonly route: string;
  /** Who asked, as far as it is known. */
  readonly principal: Principal | null;
}

/** A request that was answered. */
export interface Answered {
  /** Method and path template, such as `POST /v1/tool-calls`; `unknown` where no route matched. */
  readonly route: string;
  readonly status: number;
  /** From the end of the request's headers to the answer, in ms. */
  readonly durationMs: number;
}

/** What all routes of one server share. */
export interface Edge {
  readonly logger: Logger;
  readonly authenticate: Authenticate;
  readonly isInForce: IsInForce;
  readonly endsAt: EndsAt;
  readonly allows: Allows;
  readonly hasFlag: HasFlag;
  readonly admits: Admits | null;
  readonly onRefused: (refusal: Refusal) => void;
  readonly onAnswered: (answered: Answered) => void;
  readonly whenDurable: WhenDurable;
  /** Aborted when the server begins to close: streams end, waits end, new requests are refused. */
  readonly closing: AbortSignal;
}

declare module 'fastify' {
  interface FastifyInstance {
    readonly edge: Edge;
  }
  interface FastifyRequest {
    /** Who asks; null before authentication and on open routes. */
    principal: Principal | null;
    /** Method and path template; `unknown` where no route matched: a path that a caller made up is no label. */
    route: string;
    /** Path template of the route that matched, such as `/v1/agents/:id`; null where none did. */
    template: string | null;
    /** When the headers had arrived, by `performance.now()`. */
    arrivedAt: number;
  }
  interface FastifyContextConfig {
    /** True where no key is needed. Routes without it are closed, however they were added. */
    readonly open?: boolean;
    /** What the caller needs; null where any key will do or the handler decides. */
    readonly needs?: Permission | null;
    /** The feature that the plan of the caller's organization must have. */
    readonly flag?: PlanFlag | null;
    /** True where a role at one project lets in, because the handler tells what is of that project. */
    readonly inProject?: boolean;
    /** True where agents and services need no permission, because the handler shows them only their own calls. */
    readonly ownCalls?: boolean;
  }
}
