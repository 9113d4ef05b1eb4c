import { createRetentionBoard, DIRECTORY_TOPICS, RETENTION_TYPES } from '@countersign/directory';
import { currentPosition } from '@countersign/event-store';
import type { Publisher } from '@countersign/message-bus';
import { startReactor } from '@countersign/processing';
import type { KeyVault } from '@countersign/sealing';
import {
  actorOf,
  createRefusalCounter,
  followInto,
  type Publications,
  type RecordRead,
  type RecordRefusals,
  type Refused,
  type Service,
  type ServiceDependencies,
} from '@countersign/service';
import { auditPublications } from './audit/publish.ts';
import { createAuditTrail } from './audit/trail.ts';
import { createMayDecide } from './reading/may-decide.ts';
import { readingRoutes } from './reading/routes.ts';
import { createDestroyKeys, RETENTION_GROUP } from './retention/destroy-keys.ts';

/** Stored events of the audit-projector as public ones. */
export const auditProjectorPublications: Publications = auditPublications;

/** Serves the trail, and records who reads it. */
export interface AuditProjector extends Service {
  /** Records a reading of the trail by another service (the gateway's timeline). */
  readonly recordRead: RecordRead;
  /** Records refusals that another process has counted. */
  readonly recordRefusals: RecordRefusals;
  /** Counts a request or an intent that was refused before it became a call, in one process with it. */
  countRefusal(refusal: Refused): void;
  /** Records what has been counted and which streams have closed; call when the server has closed and the ledger has not. */
  close(): Promise<void>;
}

/** Reads the whole ledger for those who may, and records every reading and refusal. */
export function createAuditProjector(
  deps: ServiceDependencies,
  { publisher, vault }: { readonly publisher: Publisher; readonly vault: Pick<KeyVault, 'list' | 'destroy'> },
): AuditProjector {
  const trail = createAuditTrail(deps);
  const board = createRetentionBoard();
  const control = followInto(deps.bus, DIRECTORY_TOPICS, board.apply, { types: RETENTION_TYPES });
  const { following, mayDecide } = createMayDecide({ ...deps, publisher });
  const recordRefusals: RecordRefusals = (organization, data) =>
    trail.record(organization, { type: 'audit-refusals.v1', data });
  const refusals = createRefusalCounter({ record: recordRefusals, clock: deps.clock, logger: deps.logger });
  const recordRead: RecordRead = (principal, reading) =>
    trail.record(principal.organization, {
      type: 'audit-read.v1',
      data: { by: actorOf(principal), ...reading },
    });
  const knowsRetention = async () => control.reached(await currentPosition(deps.store));
  let streamsRecorded = async (): Promise<unknown> => [];
  return {
    name: 'audit-projector',
    following: [control, ...following],
    recordRead,
    recordRefusals,
    countRefusal: refusals.count,
    routes(app) {
      const reading = { service: deps, publisher, recordRead, board, mayDecide, knowsRetention };
      streamsRecorded = readingRoutes(app, reading);
    },
    async start() {
      const reactor = await startReactor({
        group: RETENTION_GROUP,
        bus: deps.bus,
        topics: DIRECTORY_TOPICS,
        types: ['retention.flushed'],
        parking: deps.processors,
        subject: (message) => message.subject,
        handle: createDestroyKeys({ vault, trail }),
        now: () => deps.clock.nowMs(),
      });
      return { reactors: [reactor], dueLoops: [] };
    },
    async close() {
      await streamsRecorded();
      await refusals.close();
    },
  };
}
