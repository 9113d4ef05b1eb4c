import type { Service as ServiceName } from '@countersign/contracts';
import type { EventStoreDbEventStore } from '@countersign/event-store-eventstoredb';
import type {
  Admits,
  Allows,
  Authenticate,
  EndsAt,
  HasFlag,
  IsInForce,
  ReadinessCheck,
  Refusal,
} from '@countersign/http';
import type { ClusterClient, ClusterKey } from '@countersign/internal-http';
import type { Publisher } from '@countersign/message-bus';
import type { KafkaBus } from '@countersign/message-bus-kafka';
import type { KeyVault } from '@countersign/sealing';
import type { Following, ParkedSource, Service, ServiceDependencies } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import type { ProcessConfig, SettingName } from './config.ts';

/** One of the five as a process: what it needs and how it is built. Everything else is the same for all. */
export interface ServiceProcess<Needed extends SettingName> {
  readonly service: ServiceName;
  /** Settings without which it can't run. */
  readonly needed: readonly Needed[];
  /** The vault that seals what this service writes. */
  openVault(config: ProcessConfig<Needed>, key: ClusterKey): OpenVault;
  compose(parts: Parts<Needed>): Composed | Promise<Composed>;
}

interface OpenVault {
  readonly vault: KeyVault;
  /** The audit-projector, for those who ask it; closed last. */
  readonly client: ClusterClient | null;
}

/** What a service is composed of. */
export interface Parts<Needed extends SettingName> {
  readonly config: ProcessConfig<Needed>;
  readonly key: ClusterKey;
  readonly deps: ServiceDependencies;
  readonly store: EventStoreDbEventStore;
  readonly bus: KafkaBus;
  readonly vault: OpenVault;
  /** Everybody's stored events as public ones. */
  readonly publisher: Publisher;
}

/** A service and what its process needs beside it. */
export interface Composed {
  readonly service: Service;
  /** State of the process beside the service's own. */
  readonly following?: readonly Following[];
  readonly authenticate: Authenticate;
  readonly isInForce: IsInForce;
  readonly endsAt: EndsAt;
  readonly allows: Allows;
  readonly hasFlag: HasFlag;
  readonly admits?: Admits;
  /** Routes beside those of the service. */
  routes?(app: FastifyInstance): void | Promise<void>;
  /** What is parked in other processes. */
  readonly parkedElsewhere?: readonly ParkedSource[];
  onRefused?(refusal: Refusal): void;
  readonly checks?: readonly ReadinessCheck[];
  /** Once it is started, before calls are answered. What it answers may not end by an error: that ends the process. */
  afterStart?(): Promise<{ readonly ended: Promise<Error | null> }>;
  /** When the server has closed and before anything else is. */
  onClosing?(): Promise<void>;
  /** When state and reactions have ended and the store has not. */
  close?(): Promise<void>;
}
