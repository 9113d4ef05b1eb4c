import { isDeepStrictEqual } from 'node:util';
import type { AgentRegistered, UserRegistered } from '@countersign/contracts';
import type { Directory } from '@countersign/directory';
import type { Message } from '@countersign/message-bus';
import { type MeterCommand, readRequest } from '@countersign/metering';
import { again, againAfter, DONE, type ReactionOutcome } from '@countersign/processing';
import type { PlaceAsk } from '@countersign/service';
import { type Place, placeId, placeOf } from '../admission/place.ts';
import type { MeterBooks, OpenBook } from '../meter/books.ts';
import { causeOf } from './cause.ts';
import type { Configure } from './configure.ts';

/** What takes places in gauges: people their seats, also before they come; agents that are enabled theirs. */
export const PLACES_GROUP = 'meter-service.places.v1';
/** Where members and agents are told. */
export const PLACES_TOPICS = ['agent.control'] as const;
/** What takes a place in a gauge, or gives one back. */
export const PLACES_TYPES = [
  'user.registered',
  'user.changed',
  'user.removed',
  'invitation.created',
  'invitation.revoked',
  'invitation.expired',
  'agent.registered',
  'agent.changed',
  'agent.disabled',
  'agent.enabled',
] as const;

/**
 * Brings the places of one subject to what the directory says of it now, whatever the message said: so it may come twice,
 * late, or years later to a new installation of this group, and the gauges are right all the same.
 */
export function createPlaces(deps: {
  readonly books: MeterBooks;
  readonly configure: Configure;
  readonly directory: Pick<Directory, 'user' | 'isInvited' | 'agent' | 'pathOf'>;
}): (message: Message) => Promise<ReactionOutcome> {
  const { books, configure, directory } = deps;

  const bring = async (book: OpenBook, message: Message): Promise<ReactionOutcome> => {
    const cause = causeOf(message, book.at);
    const unconfigured = await configure(book, cause);
    if (unconfigured) return unconfigured;
    const { id, taken } = subjectOf(message, directory);
    for (const [index, command] of commandsFor(book, id, taken).entries()) {
      const handled = await book.handle(command, cause.metadata(`place-${index}`));
      if (handled.kind === 'failed') return againAfter(handled.error);
      if (handled.kind === 'rejected') return again(handled.rejection.detail);
    }
    return DONE;
  };

  return async (message) => {
    const outcome = await books.run(message.organization, (book) => bring(book, message));
    return outcome.kind === 'failed' ? againAfter(outcome.error) : outcome;
  };
}

function subjectOf(
  { type, organization, data }: Message,
  directory: Pick<Directory, 'user' | 'isInvited' | 'agent' | 'pathOf'>,
): { readonly id: string; readonly taken: Place | null } {
  if (!type.startsWith('agent.')) {
    const { user_id: subject } = data as unknown as UserRegistered;
    const place = { organization, gauge: 'users', subject } as const;
    const isTaken =
      directory.user(organization, subject) !== undefined || directory.isInvited(organization, subject);
    return placeOrNot(place, isTaken, directory);
  }
  const { agent_id: subject } = data as unknown as AgentRegistered;
  const agent = directory.agent(organization, subject);
  const place = { organization, gauge: 'active_agents', subject } as const;
  return agent === undefined
    ? placeOrNot(place, false, directory)
    : placeOrNot({ ...place, project: agent.data.project, user: agent.data.owner }, agent.enabled, directory);
}

function placeOrNot(ask: PlaceAsk, isTaken: boolean, directory: Pick<Directory, 'pathOf'>) {
  return {
    id: placeId(ask.organization, ask.gauge, ask.subject),
    taken: isTaken ? placeOf(ask, directory) : null,
  };
}

/** An agent that has moved to another project leaves one place and takes the other, over a limit too. */
function commandsFor({ ledger, at }: OpenBook, id: string, taken: Place | null): MeterCommand[] {
  const held = ledger.holds.get(id);
  const moved =
    held !== undefined &&
    taken !== null &&
    !isDeepStrictEqual(readRequest(held.request).scopes, taken.scopes);
  return [
    ...(taken === null || moved ? [{ type: 'vacate', id, at } as const] : []),
    ...(taken === null ? [] : [{ type: 'occupy', ...taken, at, askedAt: at } as const]),
  ];
}
