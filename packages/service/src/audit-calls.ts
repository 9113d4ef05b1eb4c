import type { Principal } from '@countersign/access';
import { type ClusterCall, type ClusterClient, clusterCall, isUnreachable } from '@countersign/internal-http';
import { z } from 'zod';
import type { AuditReading, RecordRead } from './record-read.ts';
import type { RecordRefusals } from './refusals.ts';

/** What the service that owns the audit trail records for others. */
export interface AuditRecords {
  readonly recordRead: RecordRead;
  readonly recordRefusals: RecordRefusals;
}

const READINGS = '/internal/v1/readings';
const REFUSALS = '/internal/v1/refusals';

const kind = z.enum(['user', 'agent', 'service']);
const count = z.int().min(0);
const reading = z.strictObject({
  principal: z.strictObject({
    kind,
    id: z.string(),
    organization: z.string(),
    installationOwner: z.literal(true).optional(),
    keyId: z.string(),
    until: z.string().optional(),
  }),
  reading: z.strictObject({
    what: z.enum(['events', 'stream_opened', 'stream_closed', 'timeline']),
    filter: z.strictObject({
      types: z.array(z.string()).nullable(),
      subject: z.string().nullable(),
      after: z.string().nullable(),
    }),
    count,
  }),
});
const refusals = z.strictObject({
  organization: z.string(),
  counted: z.strictObject({
    from: z.string(),
    to: z.string(),
    refusals: z.array(
      z.strictObject({
        by: z.strictObject({ kind, id: z.string() }).nullable(),
        what: z.string(),
        filter: z.strictObject({ code: z.string() }),
        count,
      }),
    ),
  }),
});
const recorded = z.strictObject({ recorded: z.boolean() });

/** What audit-projector offers to the other services of a cluster. */
export function auditCalls({ recordRead, recordRefusals }: AuditRecords): readonly ClusterCall[] {
  return [
    clusterCall(READINGS, reading, async (given) => ({
      recorded: await recordRead(given.principal as Principal, given.reading),
    })),
    clusterCall(REFUSALS, refusals, async ({ organization, counted }) => ({
      recorded: await recordRefusals(organization, counted),
    })),
  ];
}

/** The audit trail of another process. What it can't be asked to record counts as not recorded. */
export function createRemoteAudit(client: ClusterClient): AuditRecords {
  const record = async (path: string, body: object): Promise<boolean> => {
    const answer = await client.ask(path, body, recorded);
    return !isUnreachable(answer) && answer.recorded;
  };
  return {
    recordRead: (principal, read: AuditReading) => record(READINGS, { principal, reading: read }),
    recordRefusals: (organization, counted) => record(REFUSALS, { organization, counted }),
  };
}
