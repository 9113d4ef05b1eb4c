import type { AccessHandlerRegistered } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';

/** A handler as it stands. */
export interface HandlerEntry {
  readonly id: string;
  readonly url: string;
  readonly timeoutMs: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Who is asked about requests for access, folded from control events. */
export interface AccessHandlers {
  get(organization: string, id: string): HandlerEntry | undefined;
  /** Sorted by id. */
  of(organization: string): readonly HandlerEntry[];
  apply(message: Message): void;
}

/** Folds handlers from control events. */
export function createAccessHandlers(): AccessHandlers {
  const organizations = new Map<string, Map<string, HandlerEntry>>();
  /** Last sequence per stream: at-least-once delivery must not turn it back. */
  const seen = new Map<string, number>();
  return {
    get: (organization, id) => organizations.get(organization)?.get(id),
    of: (organization) =>
      [...(organizations.get(organization)?.values() ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1)),
    apply({ type, organization, subject, sequence, time, data }) {
      if (type !== 'accesshandler.registered' && type !== 'accesshandler.removed') return;
      if ((seen.get(subject) ?? 0) >= sequence) return;
      seen.set(subject, sequence);
      const handlers = organizations.get(organization) ?? new Map<string, HandlerEntry>();
      organizations.set(organization, handlers);
      const { handler_id: id, url, timeout_ms: timeoutMs } = data as unknown as AccessHandlerRegistered;
      if (type === 'accesshandler.removed') handlers.delete(id);
      else
        handlers.set(id, {
          ...{ id, url, timeoutMs },
          createdAt: handlers.get(id)?.createdAt ?? time,
          updatedAt: time,
        });
    },
  };
}
