import { CountersignError, localProblem } from '../problem.ts';

/** What this client uses of kafkajs, so that nobody needs its types, or it, who speaks HTTP. */
export interface KafkajsModule {
  readonly Kafka: new (options: object) => KafkaConnection;
  readonly Partitioners: {
    readonly DefaultPartitioner: () => (record: {
      readonly topic: string;
      readonly partitionMetadata: readonly PartitionMetadata[];
      readonly message: { readonly key: string };
    }) => number;
  };
  readonly AssignerProtocol: {
    readonly MemberMetadata: { encode(metadata: object): Uint8Array };
    readonly MemberAssignment: { encode(assignment: object): Uint8Array };
  };
}

interface PartitionMetadata {
  readonly partitionId: number;
  readonly leader: number;
}

/** kafkajs' `Kafka`. */
export interface KafkaConnection {
  admin(options?: object): KafkaAdmin;
  producer(options: object): KafkaProducer;
  consumer(options: object): KafkaConsumer;
}

interface KafkaAdmin {
  connect(): Promise<void>;
  fetchTopicOffsets(topic: string): Promise<readonly { readonly partition: number; readonly high: string }[]>;
  disconnect(): Promise<void>;
}

/** kafkajs' `Producer`. */
export interface KafkaProducer {
  connect(): Promise<void>;
  send(request: object): Promise<unknown>;
  disconnect(): Promise<void>;
}

interface KafkaConsumer {
  readonly events: { readonly GROUP_JOIN: string; readonly CRASH: string };
  on(
    event: string,
    listener: (event: { readonly payload: Readonly<Record<string, unknown>> }) => void,
  ): unknown;
  connect(): Promise<void>;
  subscribe(topics: object): Promise<void>;
  run(options: {
    readonly autoCommit: false;
    eachMessage(payload: ConsumedRecord): Promise<void>;
  }): Promise<void>;
  seek(place: { readonly topic: string; readonly partition: number; readonly offset: string }): void;
  disconnect(): Promise<void>;
}

/** kafkajs' `EachMessagePayload`. */
export interface ConsumedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly message: {
    readonly offset: string;
    readonly value: Uint8Array | null;
    readonly headers?: Readonly<Record<string, unknown>>;
  };
}

/** A name that bundlers do not follow: pages and agents on HTTP are without it. */
const NAME = 'kafkajs';

/** @throws CountersignError where it is not installed */
export async function loadKafkajs(): Promise<KafkajsModule> {
  try {
    const loaded = (await import(/* @vite-ignore */ NAME)) as { readonly default?: KafkajsModule };
    return loaded.default ?? (loaded as unknown as KafkajsModule);
  } catch {
    throw new CountersignError(
      localProblem('invalid_request', 'install kafkajs 2.2 beside this package to connect over Kafka'),
    );
  }
}
