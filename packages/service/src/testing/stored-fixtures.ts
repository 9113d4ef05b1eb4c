import { readdirSync, readFileSync } from 'node:fs';
import { findPublicEvent, type Service, schemasDirectory } from '@countersign/contracts';
import {
  categoryOf,
  type Decider,
  type DomainEvent,
  fold,
  type JsonValue,
} from '@countersign/event-sourcing';
import type { RecordedEvent } from '@countersign/event-store';
import { createPublisher } from '@countersign/message-bus';
import { describe, expect, it } from 'vitest';
import type { Publications } from '../service.ts';

/** One golden event as a ledger holds it. The file is never edited: old ledgers hold the same bytes. */
interface StoredFixture {
  /** The event before it in its stream, by file name without `.json`; `null` for the first. */
  readonly after: string | null;
  readonly event: RecordedEvent;
}

/** What a category's events come to, as JSON. */
export type StateOf = (history: readonly RecordedEvent[]) => JsonValue;

/** The state that a decider folds; `upcast` where old versions of its events exist. */
export function stateOf<State, Command, Event extends DomainEvent, Code extends string>(
  decider: Decider<State, Command, Event, Code>,
  upcast: (event: RecordedEvent) => RecordedEvent = (event) => event,
): StateOf {
  return (history) => asJson(fold(decider, history.map(upcast) as unknown as readonly Event[]));
}

/**
 * Folds every stored event that a service has ever written, for ever: each golden event, on top of those before it, must
 * come to the state beside it in `states.json`, and must still be publishable.
 */
export function itFoldsItsStoredFixtures(
  service: Service,
  options: {
    readonly publications: Publications;
    /** By stream category: all that the service owns. */
    readonly states: { readonly [category: string]: StateOf };
  },
): void {
  const folder = new URL(`fixtures/stored/${service}/`, schemasDirectory);
  const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
  const names = readdirSync(folder)
    .filter((file) => file !== 'states.json')
    .map((file) => file.replace(/\.json$/, ''));
  const fixtures = new Map(names.map((name) => [name, read(`${name}.json`) as StoredFixture]));
  const expected = read('states.json') as { readonly [name: string]: JsonValue };
  const publisher = createPublisher(options.publications);

  const historyOf = (name: string | null): RecordedEvent[] => {
    const fixture = name === null ? undefined : fixtures.get(name);
    return fixture ? [...historyOf(fixture.after), fixture.event] : [];
  };

  describe(`stored events of ${service}`, () => {
    it.each(names)('%s folds to what it always has', (name) => {
      const history = historyOf(name);
      const { stream, version } = fixtures.get(name)?.event ?? { stream: '', version: 0 };
      expect(history.map((event) => [event.stream, event.version])).toEqual(
        Array.from({ length: version }, (_, index) => [stream, index + 1]),
      );
      expect(options.states[categoryOf(stream)]?.(history)).toEqual(expected[name]);
    });

    it.each(names)('%s is published as the contract says', (name) => {
      const event = fixtures.get(name)?.event as RecordedEvent;
      expect(name.startsWith(`${event.type}.`)).toBe(true);
      const message = publisher.publish(event);
      const definition = findPublicEvent(message?.type ?? '');
      expect(definition).toMatchObject({ service, category: categoryOf(event.stream) });
      expect(definition?.data.safeParse(message?.data).error).toBeUndefined();
    });

    it('are there for every type, and no state without its event', () => {
      const types = new Set([...fixtures.values()].map(({ event }) => event.type));
      expect(options.publications.map(({ stored }) => stored).filter((type) => !types.has(type))).toEqual([]);
      expect(Object.keys(expected).sort()).toEqual([...names].sort());
    });
  });
}

/** Maps become objects; what is not JSON would be a state that no event can tell. */
function asJson(state: unknown): JsonValue {
  const text = JSON.stringify(state, (_key, value: unknown) =>
    value instanceof Map ? Object.fromEntries(value) : value,
  );
  return JSON.parse(text) as JsonValue;
}
