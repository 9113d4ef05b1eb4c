import type { RetentionFlushed, RetentionHeld } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';

/** What the board is folded from. */
export const RETENTION_TYPES = ['retention.flushed', 'retention.held', 'retention.lifted'] as const;

/** What a plan keeps for a time: `traces` are calls, `events` what subscribers read. */
export type RetentionDomain = RetentionFlushed['domain'];

/** What is let go of in a domain of an organization: everything before, but not that of some people. */
export interface Horizon {
  readonly before: string;
  readonly except: ReadonlySet<string>;
}

/** What retention has let go of, and what it may not, as the control events up to now tell. */
export interface RetentionBoard {
  horizon(organization: string, domain: RetentionDomain): Horizon | undefined;
  /** The events that placed the holds of an organization, by the hold's id. */
  holds(organization: string): ReadonlyMap<string, Message>;
  /** Tells from now on whose calls were let go of, each time. */
  onFlushed(listener: (organization: string) => void): void;
  apply(message: Message): void;
}

/**
 * Whether what is of a call is still kept, and not let go of by the plan of its organization: what is older is not, unless a
 * legal hold covers whom the call acts for. What is under way always is.
 */
export function isKept(
  board: Pick<RetentionBoard, 'horizon'>,
  call: { readonly organization: string; readonly created_at: string; readonly user_id: string },
  isUnderWay: boolean,
): boolean {
  const horizon = board.horizon(call.organization, 'traces');
  if (horizon === undefined || call.created_at >= horizon.before) return true;
  return isUnderWay || horizon.except.has(call.user_id);
}

const NO_HOLDS: ReadonlyMap<string, Message> = new Map();

/** An empty board: everything is kept, and nothing held. */
export function createRetentionBoard(): RetentionBoard {
  const horizons = new Map<string, Horizon>();
  const holds = new Map<string, Map<string, Message>>();
  const seen = new Map<string, number>();
  const listeners: ((organization: string) => void)[] = [];
  const fold = (message: Message) => {
    const { type, organization, data } = message;
    if (type === 'retention.flushed') {
      const { domain, before, except } = data as unknown as RetentionFlushed;
      horizons.set(`${organization}/${domain}`, { before, except: new Set(except) });
      if (domain === 'traces') for (const listener of listeners) listener(organization);
      return;
    }
    const mine = holds.get(organization) ?? new Map<string, Message>();
    holds.set(organization, mine);
    const { hold_id } = data as unknown as RetentionHeld;
    if (type === 'retention.held') mine.set(hold_id, message);
    else mine.delete(hold_id);
  };
  return {
    horizon: (organization, domain) => horizons.get(`${organization}/${domain}`),
    holds: (organization) => holds.get(organization) ?? NO_HOLDS,
    onFlushed: (listener) => void listeners.push(listener),
    apply(message) {
      const { type, subject, sequence } = message;
      if (!RETENTION_TYPES.some((known) => known === type) || (seen.get(subject) ?? 0) >= sequence) return;
      seen.set(subject, sequence);
      fold(message);
    },
  };
}
