import { setTimeout } from 'node:timers/promises';
import { NO_STREAM, streamName } from '@countersign/event-sourcing';
import { type EventStore, isStoreError, type NewEvent, toNewEvent } from '@countersign/event-store';
import { type Clock, edgeMetadata, type Ids, timeOf } from '@countersign/service';
import { lastVersionWhere } from '../stream-search.ts';
import type { AuditEvent } from './events.ts';

/** Appends to `audit-<org>-<yyyymmdd>`, the stream of one organization and UTC day. */
export interface AuditTrail {
  /** Resolves when the event is durable: `true`, or `false` if it could not be recorded. */
  record(organization: string, event: AuditEvent): Promise<boolean>;
}

/**
 * Most conflicts in a row with other writers of the stream before an event counts as not recorded. Instances of the service
 * write the same stream: of two that always write, one loses 30 times in a row once in a thousand million.
 */
const MAX_CONFLICTS = 30;

/** Up to 5, 10, 20, 40 ms and no more: instances that met do not meet again at once. */
const jitter = (conflicts: number) => setTimeout(Math.random() * 5 * 2 ** Math.min(conflicts, 3));

/**
 * These events state what happened and decide nothing, so the stream's state is its version alone. What is recorded
 * while an append is under way goes into the next one together.
 */
export function createAuditTrail(deps: {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly ids: Ids;
}): AuditTrail {
  const { store, clock } = deps;
  const writers = new Map<string, ReturnType<typeof createWriter>>();

  /** One day's stream; the day before is forgotten with its writer. */
  function createWriter(organization: string, stream: string) {
    let version: number | null = null;
    let waiting: { event: NewEvent; resolve: (recorded: boolean) => void }[] = [];
    let writing = false;

    const appendAll = async (events: readonly NewEvent[]): Promise<boolean> => {
      for (let conflicts = 0; conflicts <= MAX_CONFLICTS; conflicts += 1) {
        version ??= await lastVersionWhere(store, stream, 'accepted', () => true);
        const receipt = store.append(stream, version === 0 ? NO_STREAM : version, events);
        const result = await receipt.durable;
        if (!isStoreError(result)) {
          version = result.version;
          return true;
        }
        version = result.code === 'VersionConflict' ? result.actual : null;
        if (version === null) return false;
        await jitter(conflicts);
      }
      return false;
    };
    const write = async () => {
      writing = true;
      while (waiting.length > 0) {
        const batch = waiting;
        waiting = [];
        const recorded = await appendAll(batch.map(({ event }) => event)).catch(() => false);
        for (const { resolve } of batch) resolve(recorded);
      }
      writing = false;
    };
    return {
      stream,
      record: (event: AuditEvent): Promise<boolean> =>
        new Promise((resolve) => {
          waiting.push({ event: toNewEvent(event, 0, edgeMetadata(deps, { organization })), resolve });
          if (!writing) void write();
        }),
    };
  }

  return {
    record(organization, event) {
      const stream = streamName('audit', `${organization}-${timeOf(clock).slice(0, 10).replaceAll('-', '')}`);
      let writer = writers.get(organization);
      if (writer?.stream !== stream) {
        writer = createWriter(organization, stream);
        writers.set(organization, writer);
      }
      return writer.record(event);
    },
  };
}
