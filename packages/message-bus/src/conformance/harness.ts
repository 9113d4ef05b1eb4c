import type { SealedFields } from '@countersign/event-sourcing';
import type { EventMetadata } from '@countersign/event-store';
import type { Message } from '../message.ts';
import type { Consumption, MessageBus } from '../message-bus.ts';
import type { Publication } from '../publication.ts';

/** An event of the cases, as it is to be published. */
export interface Sample {
  readonly type: SampleType;
  readonly organization: string;
  /** Id of the stream; its category is that of the type. */
  readonly id: string;
  readonly n: number;
  readonly links?: Pick<EventMetadata, 'correlation' | 'causation' | 'traceparent'>;
  readonly sealed?: SealedFields;
}

/** Types of the suite's events: two on one topic, `remark.made` on another. */
export type SampleType = 'sample.opened' | 'sample.changed' | 'remark.made';

/** How the cases' events are published: two types on one topic, one on another. */
export const SAMPLE_PUBLICATIONS: readonly (Publication & { readonly type: SampleType })[] = [
  publication('sample.opened', 'samples', 'sample'),
  publication('sample.changed', 'samples', 'sample'),
  publication('remark.made', 'remarks', 'remark'),
];

function publication(type: SampleType, topic: string, category: string) {
  return { stored: `${type.replace('.', '-')}.v1`, type, topic, category, service: 'samples' };
}

/** A bus of the adapter under test with nothing on its topics. */
export interface BusHarness {
  /** The bus that runs now. */
  readonly bus: MessageBus;
  /** Publishes in order; resolves when consumers can see the events. */
  publish(samples: readonly Sample[]): Promise<void>;
  /** Ends the bus, after its consumers have been closed, and runs another on what is durable. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Opens an adapter's bus, empty. */
export type OpenBus = () => Promise<BusHarness>;

/** `count` events of one organization, `n` growing from `from`. */
export function samples(count: number, options: Partial<Sample> = {}): Sample[] {
  const { type = 'sample.opened', organization = 'acme', id = 'one', n = 0 } = options;
  return Array.from({ length: count }, (_, i) => ({ type, organization, id, n: n + i }));
}

/** What a case's consumer got, and waits for more of it. */
export interface Collected {
  readonly messages: Message[];
  /** `n` of the messages, in the order of their arrival. */
  numbers(): number[];
  /** Adds a delivered batch. */
  add(messages: readonly Message[]): void;
  /** Resolves when the condition holds for what was collected. */
  until(condition: (messages: readonly Message[]) => boolean): Promise<void>;
}

/** Takes messages and lets a spec wait for some of them. */
export function collect(): Collected {
  const messages: Message[] = [];
  const waiting = new Set<() => void>();
  return {
    messages,
    numbers: () => messages.map((message) => Number(message.data.n)),
    add(more) {
      messages.push(...more);
      for (const look of waiting) look();
    },
    until: (condition) =>
      new Promise((resolve) => {
        const look = () => {
          if (!condition(messages)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

/** Consumes a topic of the cases in a group, settling what it gets. */
export function consumeAll(
  bus: MessageBus,
  group: string,
  into: Collected,
  topics = ['samples'],
): Consumption {
  return bus.consume({ group, topics }, (messages, settle) => {
    into.add(messages);
    for (const message of messages) settle(message);
  });
}
