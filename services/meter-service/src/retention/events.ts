import type { DomainEvent } from '@countersign/event-sourcing';
import type { Actor } from '../plan/events.ts';

/** Stored events of what an organization keeps. The names and shapes are the storage format. */

/** Calls, or events. */
export type RetentionDomain = 'traces' | 'events';

type RetentionFlushed = DomainEvent<
  'retention-flushed.v1',
  {
    readonly domain: RetentionDomain;
    readonly before: string;
    readonly minutes: number;
    readonly plan: string;
    readonly except: readonly string[];
    readonly by: Actor;
  }
>;

/** What a legal hold covers. */
export interface Hold {
  readonly hold_id: string;
  /** null: everything of the organization. */
  readonly subject: string | null;
  readonly by: Actor;
}

/** Its reason is erasable. */
type RetentionHeld = DomainEvent<'retention-held.v1', Hold>;
type RetentionLifted = DomainEvent<'retention-lifted.v1', Hold>;

/** Everything that the stream of an organization's retention holds. */
export type RetentionEvent = RetentionFlushed | RetentionHeld | RetentionLifted;
