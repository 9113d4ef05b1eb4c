import type { Principal } from '@countersign/access';

/** What was read of the audit trail. */
export interface AuditReading {
  readonly what: 'events' | 'stream_opened' | 'stream_closed' | 'timeline';
  readonly filter: {
    readonly types: readonly string[] | null;
    readonly subject: string | null;
    readonly after: string | null;
  };
  /** Events handed out. */
  readonly count: number;
}

/** Records a reading, durable before the answer; `false` if that could not be done, and then nothing is handed out. */
export type RecordRead = (principal: Principal, reading: AuditReading) => Promise<boolean>;
