import type { EventStoreDbEventStore } from '@countersign/event-store-eventstoredb';
import type { Allows, Authenticate, ReadinessCheck, Refusal } from '@countersign/http';
import type { Publisher } from '@countersign/message-bus';
import type { KeyVault } from '@countersign/sealing';
import type { Service, ServiceDependencies } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import type { ProcessConfig, ServiceName, SettingName } from './config.ts';

/** One of the five as a process: what it needs and how it is built. Everything else is the same for all. */
export interface ServiceProcess<Needed extends SettingName> {
  readonly service: ServiceName;
  /** Settings without which it can't run. */
  readonly needed: readonly Needed[];
  /** The vault that seals what this service writes. */
  openVault(config: ProcessConfig<Needed>): Promise<OpenVault>;
  compose(parts: Parts<Needed>): Promise<Composed>;
}

export interface OpenVault {
  readonly vault: KeyVault;
  /** For readiness: why it can't be used now. */
  problem(): string | null;
}

/** What a service is composed of. */
export interface Parts<Needed extends SettingName> {
  readonly config: ProcessConfig<Needed>;
  readonly deps: ServiceDependencies;
  readonly store: EventStoreDbEventStore;
  readonly vault: KeyVault;
  /** Everybody's stored events as public ones. */
  readonly publisher: Publisher;
}

export interface Composed {
  readonly service: Service;
  readonly authenticate: Authenticate;
  readonly allows: Allows;
  /** Routes beside those of the service. */
  routes?(app: FastifyInstance): void | Promise<void>;
  onRefused?(refusal: Refusal): void;
  readonly checks?: readonly ReadinessCheck[];
  /** Once it is started, before calls are answered. */
  afterStart?(): Promise<void>;
  /** When the server has closed and the store has not. */
  close?(): Promise<void>;
}
