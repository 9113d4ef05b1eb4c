import { type Decider, reject } from '@countersign/event-sourcing';
import type { EventStore } from '../../event-store.ts';
import { type CommandHandler, type CommandHandlerOptions, createCommandHandler } from '../command-handler.ts';
import { type CommandMetadata, type Seal, toNewEvent } from '../metadata.ts';

/** A counter that must not pass 100; a command counts once. */
export interface Counter {
  readonly total: number;
  readonly counted: readonly string[];
}

/** Counts once under its id. */
export interface Count {
  readonly id: string;
  readonly by: number;
}

/** The counter's only event. */
export type Counted = { type: 'counted'; data: { id: string; by: number } };

/** Refuses what would pass 100. */
export const counter: Decider<Counter, Count, Counted, 'too_many'> = {
  initial: { total: 0, counted: [] },
  evolve: (state, { type, data }) =>
    type === 'counted' ? { total: state.total + data.by, counted: [...state.counted, data.id] } : state,
  decide(command, state) {
    if (state.counted.includes(command.id)) return [];
    if (state.total + command.by > 100) return reject('too_many', `${state.total} of 100 are used`);
    return [{ type: 'counted', data: { id: command.id, by: command.by } }];
  },
};

/** Stores decided events as they are: nothing of them is erasable. */
export const plain: Seal = (_, events, metadata) =>
  events.map((event, index) => toNewEvent(event, index, metadata));

/** A handler of counters over a store. */
export function counting(
  store: EventStore,
  options: Partial<CommandHandlerOptions<Counter, Count, Counted, 'too_many'>> = {},
): CommandHandler<Counter, Count, 'too_many'> {
  return createCommandHandler({ store, decider: counter, seal: plain, ...options });
}

/** Metadata whose event ids follow from the command, as a retry of the same command needs. */
export function commanded(id: string): CommandMetadata {
  return { organization: 'acme', time: '2026-03-01T12:00:00.000Z', eventId: (index) => `${id}/${index}` };
}
