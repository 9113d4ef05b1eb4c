/**
 * One erasable field in the form of RFC 9901 section 4.2: `encoded` is base64url(JSON([salt, name, value])), `digest`
 * is base64url(SHA-256(ascii(encoded))). Made at the edge, because a decision may use neither randomness nor plaintext.
 */
export interface Disclosure {
  readonly name: string;
  readonly encoded: string;
  readonly digest: string;
}

/** What a decision hands over for sealing: whose data it is, how long it is kept, and the fields. */
export interface Personal {
  /** The person concerned (a user id), else the actor. Pseudonymous; part of the data key's name. */
  readonly subject: string;
  /** Retention class: names the data key, so that retention can end by month and class. */
  readonly retention: string;
  readonly disclosures: readonly Disclosure[];
}

/** The encrypted form that is stored and published beside the clear `data`. */
export interface SealedFields {
  /** Name of the data key: organization, subject, month and retention class. */
  readonly key: string;
  /** base64url of nonce, AES-256-GCM ciphertext of all disclosures together, and tag. */
  readonly ciphertext: string;
  /** Field name to digest: the commitment that stays after the key is destroyed. */
  readonly digests: { readonly [field: string]: string };
}

/** An event as a decision returns it: a fact, not yet sealed, numbered or stored. */
export interface DomainEvent<Type extends string = string, Data extends object = object> {
  readonly type: Type;
  readonly data: Data;
  readonly personal?: Personal;
}
