import { currentPosition, type EventStore } from '@countersign/event-store';
import {
  createLedgerReading,
  type MessageBus,
  type Publisher,
  type RecordSource,
} from '@countersign/message-bus';
import { connectTo, DEFAULT_TIMING, type KafkaOptions, PATIENT_RETRY } from './client.ts';
import type { Proving } from './cloud-event/proof.ts';
import { consumeGroup, type GroupConsumption } from './consuming/consume-group.ts';
import { createLagReader } from './consuming/read-lag.ts';
import { readMessages, readRecords } from './consuming/readers.ts';
import { createSender } from './sending/sender.ts';

/** Kafka for groups, the ledger for followers. */
export interface KafkaBusOptions extends KafkaOptions, Proving {
  /** Followed and read again; what groups consume comes from Kafka. */
  readonly store: EventStore;
  readonly publisher: Publisher;
}

/** A bus over Kafka; the producer is another: see `createKafkaPublisher`. */
export interface KafkaBus extends MessageBus, RecordSource {
  /** For readiness: what keeps the groups of this process from moving, or from keeping up, a line each. */
  problems(): string[];
  /** Records that the groups of this process have to go, each for its share. */
  lags(): { readonly group: string; readonly records: number }[];
  /** Groups that have records to go and do not move, although the brokers answer and take dead letters. */
  standStill(): string[];
  /** Releases the bus's own connections, after its consumptions have been closed. */
  close(): Promise<void>;
}

/**
 * The bus between processes. Groups share their work over Kafka. State that each process keeps for itself, and single
 * messages, come from the ledger: its order is the only one in which a position says what came before it, and Kafka keeps
 * records for days, the ledger for ever.
 */
export function createKafkaBus(options: KafkaBusOptions): KafkaBus {
  const { store, publisher, proofKey, clientId, log } = options;
  const timing = { ...DEFAULT_TIMING, ...options.timing };
  const kafka = connectTo(options);
  const patient = connectTo(options, PATIENT_RETRY);
  const sender = createSender(kafka, { timeoutMs: timing.sendTimeoutMs });
  const lag = createLagReader(kafka);
  const running = new Map<string, GroupConsumption>();
  const group = { kafka: patient, clientId, timing, log, sender, lag };

  /** Starts a consumption of a group that this process does not take part in yet. */
  const started = (name: string, start: () => GroupConsumption): GroupConsumption => {
    if (running.has(name)) throw new RangeError(`group "${name}" is consumed in this process already`);
    const consumption = start();
    running.set(name, consumption);
    void consumption.ended.then(() => running.delete(name));
    return consumption;
  };

  return {
    ...createLedgerReading({ store, publisher }),

    // Another process may have appended it.
    stands: async (position) =>
      position <= store.acceptedPosition || position <= (await currentPosition(store)),

    consume: ({ types, ...wanted }, consumer) =>
      started(wanted.group, () =>
        consumeGroup(group, { ...wanted, read: readMessages(proofKey, types) }, consumer),
      ),

    consumeRecords: ({ group: name, topic }, consumer) =>
      started(name, () => consumeGroup(group, { group: name, topics: [topic], read: readRecords }, consumer)),

    problems() {
      const groups = [...running].flatMap(([group, consumption]) => {
        const problem = consumption.problem();
        return problem === null ? [] : [`group "${group}" ${problem}`];
      });
      const problem = sender.problem();
      return problem === null ? groups : [...groups, `dead letters can not be written: ${problem}`];
    },

    lags: () => Array.from(running, ([group, consumption]) => ({ group, records: consumption.lag() })),

    standStill() {
      if (sender.problem() !== null) return [];
      return [...running].flatMap(([group, consumption]) => (consumption.standsStill() ? [group] : []));
    },

    async close() {
      await Promise.all([sender.close(), lag.close()]);
    },
  };
}
