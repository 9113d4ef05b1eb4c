import type { Publisher } from '@countersign/message-bus';
import {
  actorOf,
  createRefusalCounter,
  type Publications,
  type RecordRead,
  type RecordRefusals,
  type Refused,
  type Service,
  type ServiceDependencies,
} from '@countersign/service';
import { auditPublications } from './audit/publish.ts';
import { createAuditTrail } from './audit/trail.ts';
import { readingRoutes } from './reading/routes.ts';

/** Stored events of the audit-projector as public ones. */
export const auditProjectorPublications: Publications = auditPublications;

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
  { publisher }: { readonly publisher: Publisher },
): AuditProjector {
  const trail = createAuditTrail(deps);
  const recordRefusals: RecordRefusals = (organization, data) =>
    trail.record(organization, { type: 'audit-refusals.v1', data });
  const refusals = createRefusalCounter({ record: recordRefusals, clock: deps.clock, logger: deps.logger });
  const recordRead: RecordRead = (principal, reading) =>
    trail.record(principal.organization, {
      type: 'audit-read.v1',
      data: { by: actorOf(principal), ...reading },
    });
  let streamsRecorded = async (): Promise<unknown> => [];
  return {
    name: 'audit-projector',
    following: [],
    recordRead,
    recordRefusals,
    countRefusal: refusals.count,
    routes(app) {
      streamsRecorded = readingRoutes(app, { service: deps, publisher, recordRead });
    },
    start: async () => ({ reactors: [], dueLoops: [] }),
    async close() {
      await streamsRecorded();
      await refusals.close();
    },
  };
}
