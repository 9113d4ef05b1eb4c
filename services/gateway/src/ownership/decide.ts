import { type Decider, type DomainEvent, type Rejection, reject } from '@countersign/event-sourcing';

/** Somebody is about to own the installation no more. */
type OwnershipYielded = DomainEvent<'ownership-yielded.v1', { readonly user_id: string }>;

/** Whatever became of it is told by the user's own events. */
type OwnershipSettled = DomainEvent<'ownership-settled.v1', { readonly user_id: string }>;

/** Everything that the one stream of ownership holds. */
export type OwnershipEvent = OwnershipYielded | OwnershipSettled;

/** Who owns the installation is told by the events of users; this is the one order in which it is taken from them. */
export interface Ownership {
  readonly version: number;
  /** Who may own it no more, though no event of theirs says so yet. */
  readonly yielding: readonly string[];
}

/** Begins to take the installation from one of its owners. */
export interface Yield {
  readonly kind: 'yield';
  readonly user: string;
  /** Who else owns it and can say so, by what was known when the stream had this version. */
  readonly others: readonly string[];
  readonly known: number;
}

interface Settle {
  readonly kind: 'settle';
  readonly user: string;
}

/** Everything that can be asked of it. */
export type OwnershipCommand = Yield | Settle;

/** `moved`: what is known has to be read again. `busy`: the others are about to own it no more, too. */
export type OwnershipRejection = 'moved' | 'busy' | 'last_owner';

function evolve(state: Ownership, { type, data: { user_id } }: OwnershipEvent): Ownership {
  const version = state.version + 1;
  const rest = state.yielding.filter((one) => one !== user_id);
  return { version, yielding: type === 'ownership-yielded.v1' ? [...rest, user_id] : rest };
}

function decide(
  command: OwnershipCommand,
  { version, yielding }: Ownership,
): readonly OwnershipEvent[] | Rejection<OwnershipRejection> {
  const { user } = command;
  const isYielding = yielding.includes(user);
  if (command.kind === 'settle')
    return isYielding ? [{ type: 'ownership-settled.v1', data: { user_id: user } }] : [];
  if (command.known !== version) return reject('moved', 'owners have changed meanwhile');
  if (command.others.length === 0) return reject('last_owner', 'nobody else owns the installation');
  if (command.others.every((other) => yielding.includes(other)))
    return reject(
      'busy',
      'the other owners of the installation are changed at the same time; read them and repeat',
    );
  return isYielding ? [] : [{ type: 'ownership-yielded.v1', data: { user_id: user } }];
}

/** Never takes it from the last who can say so, whoever else loses it at the same time. */
export const ownership: Decider<Ownership, OwnershipCommand, OwnershipEvent, OwnershipRejection> = {
  initial: { version: 0, yielding: [] },
  evolve,
  decide,
};
