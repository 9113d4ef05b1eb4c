import type { DomainEvent } from '@countersign/event-sourcing';

interface Actor {
  readonly kind: 'user' | 'agent' | 'service' | 'system';
  readonly id: string;
}

/** Somebody read of the audit trail. All clear: ids, filters, counts. */
export type AuditRead = DomainEvent<
  'audit-read.v1',
  {
    readonly by: Actor;
    readonly what: 'events' | 'stream_opened' | 'stream_closed' | 'timeline';
    readonly filter: {
      readonly types: readonly string[] | null;
      readonly subject: string | null;
      readonly after: string | null;
    };
    readonly count: number;
  }
>;

/** Requests that were refused before they became calls, of one minute, added up. */
type AuditRefusals = DomainEvent<
  'audit-refusals.v1',
  {
    readonly from: string;
    readonly to: string;
    readonly refusals: readonly {
      readonly by: Actor | null;
      /** Method and path template. */
      readonly what: string;
      readonly filter: { readonly code: string };
      readonly count: number;
    }[];
  }
>;

/** Data keys of what plans keep no longer are gone. */
type RetentionKeysDestroyed = DomainEvent<
  'retention-keys-destroyed.v1',
  { readonly domain: 'traces' | 'events'; readonly before: string; readonly keys: number }
>;

/** Everything that the audit streams hold. */
export type AuditEvent = AuditRead | AuditRefusals | RetentionKeysDestroyed;
