import type { Publisher } from '@countersign/message-bus';
import {
  actorOf,
  type Publications,
  type RecordRead,
  type Service,
  type ServiceDependencies,
} from '@countersign/service';
import { auditPublications } from './audit/publish.ts';
import { createRefusalCounter, type Refused } from './audit/refusals.ts';
import { createAuditTrail } from './audit/trail.ts';
import { readingRoutes } from './reading/routes.ts';

/** Stored events of the audit-projector as public ones. */
export const auditProjectorPublications: Publications = auditPublications;

export interface AuditProjector extends Service {
  /** Records a reading of the trail by another service (the gateway's timeline). */
  readonly recordRead: RecordRead;
  /** Counts a request or an intent that was refused before it became a call. */
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
  const refusals = createRefusalCounter({ trail, clock: deps.clock, logger: deps.logger });
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
