import { NO_STREAM, streamName } from '@countersign/event-sourcing';
import { isStoreError } from '@countersign/event-store';
import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import {
  createEmbeddedBus,
  createPublisher,
  type MessageBus,
  type Publication,
} from '@countersign/message-bus';

/** Events of the specs: orders on one topic, remarks on another. */
export type ShopEvent = 'order.placed' | 'order.paid' | 'remark.made';

const publications = (['order.placed', 'order.paid', 'remark.made'] as const).map(
  (type): Publication & { readonly type: ShopEvent } => {
    const category = type.slice(0, type.indexOf('.'));
    return { stored: `${type.replace('.', '-')}.v1`, type, topic: `${category}s`, category, service: 'shop' };
  },
);

/** A ledger with its bus, for the specs of reactors and projections. */
export interface Shop {
  readonly store: ReturnType<typeof createMemoryEventStore>;
  readonly checkpoints: ReturnType<typeof createMemoryCheckpoints>;
  readonly bus: MessageBus;
  /** Appends one event, accepted when it resolves; its position. */
  add(type: ShopEvent, id: string, data?: { readonly [field: string]: number | string }): Promise<number>;
  /** The same ledger and checkpoints as a new process finds them. */
  restart(): Shop;
}

/** Time of the events: the position in seconds after 2026-11-01. */
const timeAt = (position: number) => new Date(Date.UTC(2026, 10, 1) + position * 1_000).toISOString();

/** `sync` stands for the disk: accepted events become durable when it resolves. */
export function openShop(sync?: () => Promise<void>): Shop {
  const store = createMemoryEventStore(sync ? { sync } : {});
  const checkpoints = createMemoryCheckpoints();
  const versions = new Map<string, number>();
  const publisher = createPublisher(publications);

  const run = (): Shop => ({
    store,
    checkpoints,
    bus: createEmbeddedBus({ store, checkpoints, publisher }),
    async add(type, id, data = {}) {
      const { category, stored } = publications.find((publication) => publication.type === type)!;
      const stream = streamName(category, id);
      const version = versions.get(stream) ?? 0;
      versions.set(stream, version + 1);
      const position = store.acceptedPosition + 1;
      const metadata = { id: `event-${position}`, time: timeAt(position), organization: 'acme' };
      const event = { type: stored, data, metadata };
      const appended = await store.append(stream, version === 0 ? NO_STREAM : version, [event]).accepted;
      if (isStoreError(appended)) throw new Error(appended.code);
      return appended.position;
    },
    restart: run,
  });
  return run();
}
