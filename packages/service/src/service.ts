import type { Publication } from '@countersign/message-bus';
import type { DueLoop, ProjectionHost, Reactor } from '@countersign/processing';
import type { FastifyInstance } from 'fastify';

/** One of the five services, built and started; the composition mounts its routes and closes it. */
export interface Service {
  readonly name: string;
  /** Adds the routes of what the service owns. */
  routes(app: FastifyInstance): void;
  readonly hosts: readonly ProjectionHost[];
  readonly reactors: readonly Reactor[];
  readonly dueLoops: readonly DueLoop[];
  /** Resolves when state is rebuilt and everything recorded so far is handled. */
  readonly ready: Promise<void>;
  /** Resolves with the error that makes going on unsafe. */
  readonly failed: Promise<Error>;
  close(): Promise<void>;
}

/** A service's stored events as public ones: needed before the bus exists. */
export type Publications = readonly Publication[];
