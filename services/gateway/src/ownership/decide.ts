import { type Decider, type DomainEvent, type Rejection, reject } from '@countersign/event-sourcing';

/** Somebody is about to own the installation no more. */
type OwnershipYielded = DomainEvent<
  'ownership-yielded.v2',
  {
    readonly user_id: string;
    /** Of the user's stream: the change comes right after it, or not at all. */
    readonly user_version: number;
    /** Whose streams have gone on since they yielded. */
    readonly over: readonly string[];
  }
>;

/** What was written before the user's version was: it counts for nobody, but stands in the stream. */
type OwnershipOfOld = DomainEvent<
  'ownership-yielded.v1' | 'ownership-settled.v1',
  { readonly user_id: string }
>;

/** Everything that the one stream of ownership holds. */
export type OwnershipEvent = OwnershipYielded | OwnershipOfOld;

/** Who owns the installation is told by the events of users; this is the one order in which it is taken from them. */
export interface Ownership {
  readonly version: number;
  /** Who may own it no more by the event that follows this version of their stream. */
  readonly yielding: ReadonlyMap<string, number>;
}

/** Begins to take the installation from one of its owners. */
export interface Yield {
  readonly user: string;
  readonly userVersion: number;
  /** Who else owns it and can say so, by what was known when the stream had this version. */
  readonly others: readonly string[];
  /** Whose streams had gone on since they yielded, before the others were looked up: what became of it is known. */
  readonly over: readonly string[];
  readonly known: number;
}

/** `moved`: what is known has to be read again. `busy`: the others may be about to own it no more, too. */
export type OwnershipRejection = 'moved' | 'busy' | 'last_owner';

function evolve({ version, yielding }: Ownership, { type, data }: OwnershipEvent): Ownership {
  if (type !== 'ownership-yielded.v2') return { version: version + 1, yielding };
  const next = new Map(yielding);
  for (const user of data.over) next.delete(user);
  return { version: version + 1, yielding: next.set(data.user_id, data.user_version) };
}

function decide(
  { user, userVersion, others, over, known }: Yield,
  { version, yielding }: Ownership,
): readonly OwnershipEvent[] | Rejection<OwnershipRejection> {
  if (known !== version) return reject('moved', 'owners have changed meanwhile');
  if (others.length === 0) return reject('last_owner', 'nobody else owns the installation');
  if (others.every((other) => yielding.has(other) && !over.includes(other)))
    return reject(
      'busy',
      'the other owners of the installation are changed at the same time; read them and repeat, or first PUT one of them who is to stay as they are',
    );
  if (yielding.get(user) === userVersion) return [];
  return [{ type: 'ownership-yielded.v2', data: { user_id: user, user_version: userVersion, over } }];
}

/** Never takes it from the last who can say so, whoever else loses it at the same time. */
export const ownership: Decider<Ownership, Yield, OwnershipEvent, OwnershipRejection> = {
  initial: { version: 0, yielding: new Map() },
  evolve,
  decide,
};
