import {
  type Decider,
  type DomainEvent,
  isRejection,
  NO_STREAM,
  type Rejection,
} from '@countersign/event-sourcing';
import { isStoreError, type StoreError } from '../errors.ts';
import type { AppendedEvent, Position } from '../event.ts';
import type { EventStore } from '../event-store.ts';
import { appendSettled } from './append-settled.ts';
import { createKeyedQueue } from './keyed-queue.ts';
import type { CommandMetadata, Seal } from './metadata.ts';
import { createStateCache, type LoadedState } from './state-cache.ts';

/** What a command came to. */
export type Handled<State, Code extends string = string> =
  | {
      readonly kind: 'handled';
      /** The state after the command; also for "already so" (no events). */
      readonly state: State;
      readonly version: number;
      readonly position: Position;
      readonly events: readonly AppendedEvent[];
      /** Resolves when everything that `state` rests on is durable; with an error if that will not be. */
      durable(): Promise<StoreError | null>;
    }
  | {
      readonly kind: 'rejected';
      readonly rejection: Rejection<Code>;
      durable(): Promise<StoreError | null>;
    }
  | { readonly kind: 'failed'; readonly error: StoreError };

/** Decides commands on the newest state of a stream and appends what comes of it; conflicts are decided again. */
export interface CommandHandler<State, Command, Code extends string> {
  /** Commands to one stream are handled in the order of the calls. Rejects only if `seal` does. */
  handle(stream: string, command: Command, metadata: CommandMetadata): Promise<Handled<State, Code>>;
  /**
   * The state as accepted now by this process; `caughtUp`: by any. Not while commands to the stream are under way. Rejects
   * when the store can't be read.
   */
  load(stream: string, how?: 'caughtUp'): Promise<LoadedState<State>>;
}

/** Named default: conflicts come from another writer of the stream; three in a row mean that it is hot. */
export const MAX_CONFLICT_RETRIES = 3;
/** Events of one read of a stream that is folded: few enough to hold, many enough that a long stream takes few questions. */
const FOLDED_AT_ONCE = 500;
/** How often a stream is read for an event that is known to stand there; with `jitter` a third of a second in the mean. */
export const MAX_LOOKS = 6;
/** What a handler decides with, and over which store. */
export interface CommandHandlerOptions<State, Command, Event extends DomainEvent, Code extends string> {
  readonly store: EventStore;
  readonly decider: Decider<State, Command, Event, Code>;
  readonly seal: Seal;
  /** Stored event to the newest version of its type. */
  readonly upcast?: (event: AppendedEvent) => AppendedEvent;
  /**
   * Commands that begin a stream: decided as if there were none, without a read for it. The append tells if there is one,
   * and then it is read.
   */
  readonly begins?: (command: Command) => boolean;
  /** Bound of the state cache in streams. */
  readonly cachedStates?: number;
  /** Waits before a conflict is decided again; default `jitter`. */
  readonly pause?: (attempt: number) => Promise<void>;
}

/** Up to 10, 20, 40 ms: writers that met do not meet again at once. */
const jitter = (attempt: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt));

function unreadable(cause: Error): StoreError {
  return { code: 'StoreUnavailable', reason: 'unreachable', detail: cause.message };
}

/** No key, nothing sealed, nothing stored. Anything but a vault without an answer is a defect. */
function unsealed(cause: Error & { readonly code?: string }): StoreError {
  if (cause.code !== 'vault_unavailable') throw cause;
  return { code: 'StoreUnavailable', reason: 'unreachable', detail: cause.message };
}

/** Load, decide, seal, append at the explicit version; on a conflict load and decide again. */
export function createCommandHandler<State, Command, Event extends DomainEvent, Code extends string>(
  options: CommandHandlerOptions<State, Command, Event, Code>,
): CommandHandler<State, Command, Code> {
  const { store, decider, seal, pause = jitter } = options;
  const upcast = options.upcast ?? ((event: AppendedEvent) => event);
  const cache = createStateCache<State>(options.cachedStates);
  const inOrder = createKeyedQueue();
  const nothing: LoadedState<State> = { state: decider.initial, version: 0, position: 0 };

  const advance = (
    from: LoadedState<State>,
    events: readonly AppendedEvent[],
    position: Position,
  ): LoadedState<State> => {
    let { state, version } = from;
    for (const event of events) {
      state = decider.evolve(state, upcast(event) as unknown as Event);
      version = event.version;
    }
    return { state, version, position };
  };

  /** Folds what stands behind, page by page: events may be large, and what is folded of them small. The same if nothing does. */
  const readOn = async (stream: string, from: LoadedState<State>): Promise<LoadedState<State>> => {
    for (let loaded = from; ; ) {
      const page = { after: loaded.version, limit: FOLDED_AT_ONCE, visibility: 'accepted' } as const;
      const events = await store.read(stream, page);
      const last = events.at(-1);
      if (last) loaded = advance(loaded, events, last.position);
      if (events.length < FOLDED_AT_ONCE) return loaded;
    }
  };

  const load = async (stream: string): Promise<LoadedState<State>> => {
    const cached = cache.get(stream);
    if (cached) return cached;
    const loaded = await readOn(stream, nothing);
    // A command may have moved the stream on while this read was under way.
    const newer = cache.get(stream);
    if (newer && newer.version > loaded.version) return newer;
    if (loaded.version > 0) cache.set(stream, loaded);
    return loaded;
  };

  /**
   * What stands in front of an append may be accepted and not yet readable: its writer is another process, which may be dead.
   * Deciding again before it can be read would only meet it again.
   */
  const untilReadable = async (stream: string, version: number): Promise<void> => {
    for (let look = 0; look < MAX_LOOKS; look += 1) {
      const loaded = await load(stream).catch(() => null);
      if (!loaded || loaded.version >= version) return;
      cache.delete(stream);
      await pause(look);
    }
  };

  /** The same with what another process has appended since. */
  const caughtUp = async (stream: string, loaded: LoadedState<State>): Promise<LoadedState<State>> => {
    const newer = await readOn(stream, loaded);
    if (newer !== loaded) cache.set(stream, newer);
    return newer;
  };

  const whenDurable = (position: Position): Promise<StoreError | null> =>
    store.whenDurable(position).then(
      () => null,
      (cause: Error): StoreError => ({ code: 'OutcomeUnknown', detail: cause.message }),
    );

  const handled = (
    { state, version, position }: LoadedState<State>,
    events: readonly AppendedEvent[],
  ): Handled<State, Code> => {
    return { kind: 'handled', state, version, position, events, durable: () => whenDurable(position) };
  };

  const run = async (
    stream: string,
    command: Command,
    metadata: CommandMetadata,
  ): Promise<Handled<State, Code>> => {
    for (let attempt = 0; ; attempt += 1) {
      const presumed = attempt === 0 && options.begins?.(command) ? nothing : undefined;
      const cached = cache.get(stream) ?? presumed;
      let loaded = cached ?? (await load(stream).catch(unreadable));
      if ('code' in loaded) return { kind: 'failed', error: loaded };
      let decided = decider.decide(command, loaded.state);
      // An append says by itself whether the state was the last one. What appends nothing does not.
      if (cached && (isRejection<Code>(decided) || decided.length === 0)) {
        const newer: LoadedState<State> | StoreError = await caughtUp(stream, cached).catch(unreadable);
        if ('code' in newer) return { kind: 'failed', error: newer };
        if (newer !== cached) decided = decider.decide(command, newer.state);
        loaded = newer;
      }
      if (isRejection<Code>(decided)) {
        return { kind: 'rejected', rejection: decided, durable: () => whenDurable(loaded.position) };
      }
      if (decided.length === 0) return handled(loaded, []);
      const sealed = seal(stream, decided as readonly DomainEvent[], metadata);
      const events = sealed instanceof Promise ? await sealed.catch(unsealed) : sealed;
      if ('code' in events) return { kind: 'failed', error: events };
      const expected = loaded.version === 0 ? NO_STREAM : loaded.version;
      const accepted = await appendSettled(store, stream, expected, events);
      if (!isStoreError(accepted) && !accepted.repeated) {
        const next = advance(loaded, accepted.events, accepted.position);
        cache.set(stream, next);
        return handled(next, accepted.events);
      }
      if (isStoreError(accepted) && accepted.code === 'StoreUnavailable')
        return { kind: 'failed', error: accepted };
      // Another writer was there, or an earlier command stored these events: what counts is what the stream says now.
      cache.delete(stream);
      if (
        isStoreError(accepted) &&
        (accepted.code !== 'VersionConflict' || attempt >= MAX_CONFLICT_RETRIES)
      ) {
        return { kind: 'failed', error: accepted };
      }
      if (!isStoreError(accepted)) continue;
      await pause(attempt);
      await untilReadable(stream, accepted.actual);
    }
  };

  return {
    handle: (stream, command, metadata) => inOrder(stream, () => run(stream, command, metadata)),
    async load(stream, how) {
      const cached = cache.get(stream);
      return cached && how === 'caughtUp' ? caughtUp(stream, cached) : load(stream);
    },
  };
}
