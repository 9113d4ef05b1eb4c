import type { Publication } from '@countersign/message-bus';
import type { DueLoop, Reactor } from '@countersign/processing';
import type { FastifyInstance } from 'fastify';
import type { Following } from './follow-into.ts';

/** One of the five services, built and not yet reacting: the composition starts it and mounts its routes. */
export interface Service {
  readonly name: string;
  /** Adds the routes of what the service owns. */
  routes(app: FastifyInstance): void;
  /** State that is folded from the beginning; ready when each has caught up. */
  readonly following: readonly Following[];
  /** Starts reactions and timers. Call once views and followed state have caught up. */
  start(): Promise<Running>;
}

/** What a started service runs, to watch and to end. */
export interface Running {
  readonly reactors: readonly Reactor[];
  readonly dueLoops: readonly DueLoop[];
}

/** A service's stored events as public ones: needed before the bus exists. */
export type Publications = readonly Publication[];
