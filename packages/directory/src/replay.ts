import type { AclPrincipal, AclResource, EntryRecord } from '@countersign/access';
import type { AclCreated, AgentRegistered, OrganizationCreated } from '@countersign/contracts';
import type { Message, MessageBus } from '@countersign/message-bus';
import { type AclBoard, createAclBoard } from './acl-board.ts';
import { createDirectory, type Directory } from './directory.ts';
import { createPlanCatalog, isReadable, type PlanCatalog } from './plan-catalog.ts';

/** What a right rests on, as this process knows it now. */
export interface KnownNow {
  readonly directory: Directory;
  readonly lists: Pick<AclBoard, 'get' | 'last' | 'removal'>;
  readonly plans: Pick<PlanCatalog, 'lastOf'>;
  readonly bus: Pick<MessageBus, 'rereadFrom'>;
}

/** The same as it was known at a moment of the past; it changes as the moment moves on. */
export interface Known {
  readonly directory: Directory;
  readonly lists: Pick<AclBoard, 'get'>;
  readonly plans: PlanCatalog;
}

/** What a judgement rests on at first; what these name is found by itself. */
export interface RestsOn {
  readonly organization: string;
  /** The last events that are known of agents, users, tools and whatever else. */
  readonly streams: readonly (Message | undefined)[];
  /** The work intent or namespace whose list is asked. */
  readonly resource: AclResource | null;
}

/** What is asked of each moment, and what is found of one that it can't be asked of. */
export interface Judgement<Found> {
  begin(then: Known): (atMs: number) => Found | null;
  readonly untold: Found;
}

/** Tells the first that is found wrong at any moment since a position, and until another; `null` if nothing ever was. */
export type EverSince = <Found>(
  rests: RestsOn,
  since: number,
  judgement: Judgement<Found>,
  until?: number,
) => Promise<Found | null>;

/**
 * Judges by the ledger whether something has held without a break: what it rests on is built up as it was at a position, and
 * judged before and after everything that has happened to it since. So what was taken and given again is known to have been
 * taken, in whatever order this process got to know of it. A list that has not changed since is not built up anew. An event
 * that nobody can judge by does not stand in the way of all that follow for ever, once it is mended: nothing has held then.
 */
export function createEverSince(known: KnownNow): EverSince {
  return async (rests, since, judgement, until = Number.POSITIVE_INFINITY) => {
    const { told, changedLists } = await gather(known, rests, since);
    const then = { directory: createDirectory(), plans: createPlanCatalog(), lists: createAclBoard() };
    const get: AclBoard['get'] = (organization, asked) =>
      (changedLists.has(keyOf(asked)) ? then.lists : known.lists).get(organization, asked);
    const judge = judgement.begin({ ...then, lists: { get } });
    for (const message of told) {
      if (message.position > until) break;
      const judged = () => {
        if (message.position <= since) return null;
        try {
          return judge(Date.parse(message.time));
        } catch {
          return judgement.untold;
        }
      };
      // What has run out until then is over, recorded or not.
      const before = judged();
      if (before !== null) return before;
      for (const one of [then.directory, then.plans, then.lists]) one.apply(message);
      const after = judged();
      if (after !== null) return after;
    }
    return null;
  };
}

/** Everything that was told of what a judgement rests on, as far back as it takes to know how it was at a position, in order. */
async function gather(
  { directory, lists, plans, bus }: KnownNow,
  { organization, streams, resource }: RestsOn,
  since: number,
) {
  const told: Message[] = [];
  const seen = new Set<string>();
  const changedLists = new Set<string>();
  const waiting: Stream[] = [];
  const restOn = (last: Message | undefined, addsUp = last !== undefined && isSum(last)): void => {
    if (!last || seen.has(last.subject)) return;
    seen.add(last.subject);
    waiting.push({ last, addsUp });
  };
  const restOnPrincipal = (named: AclPrincipal): void => {
    const removal = lists.removal(organization, named);
    const group = named.kind === 'group' ? directory.group(organization, named.id) : undefined;
    // What was granted before it was removed counts for nobody, whatever has the id since.
    restOn(group?.message ?? removal, removal !== undefined);
  };
  const restOnList = (asked: AclResource): void => {
    const acl = lists.get(organization, asked);
    const [last, ...removals] = lists.last(organization, asked);
    if (!acl || !last) return;
    if (acl.namespace !== null) restOnList({ kind: 'namespace', id: acl.namespace });
    for (const { principal } of acl.entries) restOnPrincipal(principal);
    if ([last, ...removals].every(({ position }) => position <= since)) return;
    changedLists.add(keyOf(asked));
    restOn(last);
  };
  const restOnNamed = ({ type, data }: Message): void => {
    if (type === 'agent.registered' || type === 'agent.changed') {
      const { project } = data as unknown as AgentRegistered;
      restOn(directory.project(organization, project)?.message);
    } else if (type === 'organization.created' || type === 'organization.plan_changed') {
      const { plan } = data as unknown as OrganizationCreated;
      for (const last of plans.lastOf(plan)) restOn(last);
    } else if (type.startsWith('acl.')) {
      const { creator, entry, entries = [] } = data as unknown as Partial<AclCreated> & OneEntry;
      if (creator) restOnPrincipal(creator);
      for (const { principal } of entry ? [entry] : entries) restOnPrincipal(principal);
    }
  };

  for (const last of streams) restOn(last);
  if (resource) restOnList(resource);
  for (let stream = waiting.pop(); stream; stream = waiting.pop())
    for await (const message of history(bus, stream, since)) {
      told.push(message);
      restOnNamed(message);
    }
  return { told: told.sort((one, other) => one.position - other.position), changedLists };
}

interface OneEntry {
  readonly entry?: EntryRecord;
}

/** A stream by an event of it: each adds something, or the last tells everything and is the one that is known. */
interface Stream {
  readonly last: Message;
  readonly addsUp: boolean;
}

const isSum = ({ type }: Message): boolean =>
  ['acl.', 'agent.', 'organization.', 'user.'].some((prefix) => type.startsWith(prefix));

/** What a stream was at a position, and what has happened to it since, in no order. */
async function* history(
  bus: Pick<MessageBus, 'rereadFrom'>,
  { last, addsUp }: Stream,
  since: number,
): AsyncGenerator<Message> {
  const { subject, sequence } = last;
  if (addsUp) {
    yield* bus.rereadFrom(subject, 0);
    return;
  }
  yield last;
  const saysWhatHeld = (message: Message): boolean => message.position <= since && isReadable(message);
  let isFound = saysWhatHeld(last);
  // How far back is not known, and most often not far.
  for (let until = sequence - 1, most = 1; until > 0 && !isFound; until -= most, most *= 2)
    for await (const message of bus.rereadFrom(subject, Math.max(0, until - most), until)) {
      isFound ||= saysWhatHeld(message);
      yield message;
    }
}

function keyOf({ kind, id }: AclResource): string {
  return `${kind}:${id}`;
}
