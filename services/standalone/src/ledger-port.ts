import type { Principal } from '@countersign/access';
import type { EventStore } from '@countersign/event-store';
import type { Access, GrpcServer, Reading } from '@countersign/event-store-grpc';
import type { Gateway } from '@countersign/gateway';
import type { AuditReading, RecordRead } from '@countersign/service';
import type { Config } from './config.ts';
import { ledgerCertificate } from './ledger-certificate.ts';

/** The ledger on a port of its own, for clients of EventStoreDB. */
export interface LedgerPort {
  /** Begins to serve, if that is configured; answers why it can't. */
  listen(): Promise<{ readonly detail: string } | null>;
  close(): Promise<void>;
}

interface Reader extends Access {
  readonly principal: Principal;
}

/**
 * Serves what is durable, read-only, over TLS and for keys of the installation's owner: the ledger holds the stored events
 * of all organizations, and only who owns them all may read them so. Every reading is recorded.
 */
export function createLedgerPort(
  config: Pick<Config, 'grpcPort' | 'dataDirectory'>,
  {
    store,
    authenticate,
    isStarted,
    recordRead,
  }: {
    readonly store: EventStore;
    readonly authenticate: Gateway['authenticateKey'];
    readonly isStarted: () => boolean;
    readonly recordRead: RecordRead;
  },
): LedgerPort {
  let server: GrpcServer | null = null;
  const readerOf = (key: string | null): Reader | null | 'not-yet' => {
    if (!isStarted()) return 'not-yet';
    const principal = key === null ? null : authenticate(key, {});
    if (!principal || !('keyId' in principal) || !principal.installationOwner) return null;
    return { append: false, principal };
  };
  return {
    async listen() {
      if (config.grpcPort === 0) return null;
      // Only now: who serves no ledger has not to carry what serves it.
      const { makeSelfSigned, startGrpcServer } = await import('@countersign/event-store-grpc');
      const started = await startGrpcServer<Reader>({
        store,
        port: config.grpcPort,
        tls: ledgerCertificate(config.dataDirectory, new Date(), makeSelfSigned),
        callers: {
          authenticate: readerOf,
          opened: ({ principal }, reading) =>
            recordRead(principal, auditReading('stream_opened', reading, 0)),
          closed: ({ principal }, reading, sent) =>
            recordRead(principal, auditReading('stream_closed', reading, sent)),
        },
      });
      if ('code' in started) return started;
      server = started;
      return null;
    },
    async close() {
      await server?.close();
    },
  };
}

function auditReading(what: AuditReading['what'], { stream, from }: Reading, count: number): AuditReading {
  return { what, filter: { types: null, subject: stream, after: from }, count };
}
