import type { Principal } from '@countersign/access';
import type { RetentionBoard } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import { createRecentlyUsed, type EventStore, type RecordedEvent } from '@countersign/event-store';
import type { Publisher } from '@countersign/message-bus';
import { isAbout } from './let-go-of.ts';
import type { MayDecide } from './may-decide.ts';

/** Which events a reader asks for. */
export interface EventFilter {
  /** Public types; `null`: all but `audit.*`. */
  readonly types: readonly string[] | null;
  /** One stream; `null`: all. */
  readonly subject: string | null;
}

/** Parses the comma-separated `types` and the `subject` of a query. */
export function filterOf(query: {
  readonly types?: string | undefined;
  readonly subject?: string | undefined;
}): EventFilter {
  return { types: query.types?.split(',') ?? null, subject: query.subject ?? null };
}

/** The stored types behind a filter: `audit.*`, which every reading causes, only when named. */
export function storedTypesOf(publisher: Publisher, { types }: EventFilter): string[] {
  if (types) return publisher.storedTypes(types);
  return publisher.publications.filter(({ category }) => category !== 'audit').map(({ stored }) => stored);
}

/**
 * Tells whether an event is one that the reader may see: of its organization, and still among the events that its plan keeps. Agents and
 * services see the events about their own calls, and the requests for access that they may decide.
 */
export type MaySee = (event: RecordedEvent) => boolean | Promise<boolean>;

/** Calls whose owner is remembered; a cache only. */
const REMEMBERED = 5_000;

/** Looks up once whose a call is; the ledger never changes that. */
export function createMaySee(
  store: EventStore,
  board: Pick<RetentionBoard, 'horizon'>,
  mayDecide: MayDecide,
): (principal: Principal, seesAll: boolean) => MaySee {
  /** Agent and announcer of a call, as `kind:id`. */
  const owners = createRecentlyUsed<readonly string[]>(REMEMBERED);

  const ownersOf = async (callId: string): Promise<readonly string[]> => {
    const known = owners.get(callId);
    if (known) return known;
    const [request] = await store.read(streamName('toolcall', callId), { after: 1, limit: 1 });
    const data = request?.data as
      | { agent_id?: string; requested_by?: { kind: string; id: string } }
      | undefined;
    const found = data
      ? [`agent:${data.agent_id}`, `${data.requested_by?.kind}:${data.requested_by?.id}`]
      : [];
    if (request) owners.set(callId, found);
    return found;
  };

  return (principal, seesAll) => (event) => {
    if (event.metadata.organization !== principal.organization) return false;
    const horizon = board.horizon(principal.organization, 'events');
    if (horizon !== undefined && event.metadata.time < horizon.before) return false;
    if (seesAll) return true;
    const decides = mayDecide(principal, event);
    if (decides) return decides;
    const callId = event.metadata.correlation;
    if (callId === undefined || !isAbout(event, callId)) return false;
    return ownersOf(callId).then((names) => names.includes(`${principal.kind}:${principal.id}`));
  };
}
