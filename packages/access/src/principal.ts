/** Who can hold a key: a person, an agent, or another program. */
export type PrincipalKind = 'user' | 'agent' | 'service';

/** Who asks, as a key says it. A key belongs to one principal of one organization. */
export interface Principal {
  readonly kind: PrincipalKind;
  readonly id: string;
  /** The organization that the request is about: the key's, or the one that the installation's owner named. */
  readonly organization: string;
  /** True for the owner of the installation, who may do everything in every organization. */
  readonly installationOwner?: true;
  /** Id of the key, for the record; of who signed in with an issuer's token, that it was so. */
  readonly keyId: string;
  /** When the token ends that somebody signed in with, instead of a key: RFC 3339. */
  readonly until?: string;
}

/** Whether two are the same one: an agent and a user may have the same id. */
export function isSame(one: Party, other: Party): boolean {
  return one.kind === other.kind && one.id === other.id;
}

/** A principal by name, without its key. */
export type Party = Pick<Principal, 'kind' | 'id'>;
