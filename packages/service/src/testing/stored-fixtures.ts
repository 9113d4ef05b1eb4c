import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findPublicEvent, type Service, schemasDirectory } from '@countersign/contracts';
import {
  categoryOf,
  type Decider,
  type DomainEvent,
  fold,
  type JsonObject,
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
export type StateOf = (history: readonly RecordedEvent[]) => JsonObject;

/** The state that a decider folds; `upcast` where old versions of its events exist. */
export function stateOf<State, Command, Event extends DomainEvent, Code extends string>(
  decider: Decider<State, Command, Event, Code>,
  upcast: (event: RecordedEvent) => RecordedEvent = (event) => event,
): StateOf {
  return (history) => asJson(fold(decider, history.map(upcast) as unknown as readonly Event[]));
}

/**
 * Folds every stored event that a service has ever written, for ever: each golden event, on top of those before it, must
 * change the state as `states.json` says, and must still be publishable.
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
  const names = readdirSync(folder)
    .filter((file) => file !== 'states.json')
    .map((file) => file.replace(/\.json$/, ''))
    .sort();
  const fixtures = new Map(
    names.map((name) => [
      name,
      JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as StoredFixture,
    ]),
  );
  const publisher = createPublisher(options.publications);

  const historyOf = (name: string | null): RecordedEvent[] => {
    const fixture = name === null ? undefined : fixtures.get(name);
    return fixture ? [...historyOf(fixture.after), fixture.event] : [];
  };

  const changeBy = (name: string): JsonObject => {
    const history = historyOf(name);
    const state = options.states[categoryOf(history.at(-1)?.stream ?? '')];
    if (!state) throw new RangeError(`${name} stands in a category without a state`);
    return changed(state(history.slice(0, -1)), state(history));
  };

  describe(`stored events of ${service}`, () => {
    it('change the state as they always have', async () => {
      const changes = names.map((name) => [name, changeBy(name)] as const);
      await expect(asText(changes)).toMatchFileSnapshot(fileURLToPath(new URL('states.json', folder)));
    });

    it.each(names)('%s stands in a whole history', (name) => {
      const { stream, version } = fixtures.get(name)?.event ?? { stream: '', version: 0 };
      expect(historyOf(name).map((event) => [event.stream, event.version])).toEqual(
        Array.from({ length: version }, (_, index) => [stream, index + 1]),
      );
    });

    it.each(names)('%s is published as the contract says', (name) => {
      const event = fixtures.get(name)?.event as RecordedEvent;
      expect(name.startsWith(`${event.type}.`)).toBe(true);
      const message = publisher.publish(event);
      const definition = findPublicEvent(message?.type ?? '');
      expect(definition).toMatchObject({ service, category: categoryOf(event.stream) });
      expect(definition?.data.safeParse(message?.data).error).toBeUndefined();
    });

    it('are there for every type', () => {
      const types = new Set([...fixtures.values()].map(({ event }) => event.type));
      expect(options.publications.map(({ stored }) => stored).filter((type) => !types.has(type))).toEqual([]);
    });
  });
}

/** Maps become objects; what is not JSON would be a state that no event can tell. */
function asJson(state: unknown): JsonObject {
  const text = JSON.stringify(state, (_key, value: unknown) =>
    value instanceof Map ? Object.fromEntries(value) : value,
  );
  return JSON.parse(text) as JsonObject;
}

/** The fields of a state that an event changed, with their new value. */
function changed(before: JsonObject, after: JsonObject): JsonObject {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return Object.fromEntries(
    fields
      .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
      .map((field): [string, JsonValue] => [field, after[field] ?? null]),
  );
}

/** One line per field, so that a difference shows where it is. */
function asText(changes: readonly (readonly [string, JsonObject])[]): string {
  const events = changes.map(([name, change]) => {
    const lines = Object.entries(change).map(
      ([field, value]) => `    ${JSON.stringify(field)}: ${JSON.stringify(value)}`,
    );
    return `  ${JSON.stringify(name)}: {${lines.length > 0 ? `\n${lines.join(',\n')}\n  ` : ''}}`;
  });
  return `{\n${events.join(',\n')}\n}\n`;
}
