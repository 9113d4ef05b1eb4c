import { type Decider, type DomainEvent, fold, streamName } from '@countersign/event-sourcing';
import { type CommandMetadata, createCommandHandler, type Seal, toNewEvent } from '@countersign/event-store';
import { createMemoryEventStore } from '@countersign/event-store/memory';
import { type ToolCallCommand, toolCall } from '../toolcall/decide.ts';
import type { ToolCallEvent } from '../toolcall/events.ts';
import { AT, announce, CALL_ID } from './call-commands.ts';

/** Stores the clear part alone: for tests that never look into what is sealed. */
const withoutPersonal: Seal = (_stream, events, metadata) =>
  events.map((event, index) => toNewEvent(event, index, metadata));

/** A handler on a memory ledger that also tells which commands it was given. */
export function recordingHandler<State, Command, Event extends DomainEvent, Code extends string>(
  decider: Decider<State, Command, Event, Code>,
) {
  const store = createMemoryEventStore();
  const handler = createCommandHandler({ store, decider, seal: withoutPersonal });
  const given: { readonly stream: string; readonly command: Command; readonly metadata: CommandMetadata }[] =
    [];
  return {
    store,
    given,
    handler: {
      ...handler,
      handle: (stream: string, command: Command, metadata: CommandMetadata) => {
        given.push({ stream, command, metadata });
        return handler.handle(stream, command, metadata);
      },
    },
    /** Everything that a stream holds, as it was decided. */
    async events(stream: string): Promise<Event[]> {
      const recorded = await store.read(stream, { visibility: 'accepted' });
      return recorded.map(({ type, data }) => ({ type, data }) as unknown as Event);
    },
  };
}

/** Metadata of a command that a test gives itself; ids begin with `name`. */
export function commandedAs(name: string): CommandMetadata {
  return { organization: 'acme', time: AT, correlation: CALL_ID, eventId: (index) => `${name}-${index}` };
}

/** A call with these commands behind it, and the handler to go on with; `given` begins after them. */
export async function callAfter(...commands: readonly ToolCallCommand[]) {
  const recording = recordingHandler(toolCall);
  const stream = streamName('toolcall', CALL_ID);
  for (const [index, command] of [announce(), ...commands].entries()) {
    const handled = await recording.handler.handle(stream, command, commandedAs(`before-${index}`));
    if (handled.kind !== 'handled') throw new Error(`${command.kind} was not handled`);
  }
  recording.given.length = 0;
  return {
    ...recording,
    toolCalls: recording.handler,
    events: () => recording.events(stream),
    status: async () => fold(toolCall, (await recording.events(stream)) as ToolCallEvent[]).status,
  };
}
