import type { DomainEvent, Personal, SealedFields } from '@countersign/event-sourcing';
import { type CommandMetadata, type NewEvent, type Seal, toNewEvent } from '@countersign/event-store';
import { decryptDisclosures, encryptDisclosures, NONCE_BYTES } from './envelope.ts';
import type { HeldKey } from './key-cache.ts';
import { type KeyName, keyNameText, monthOf } from './key-name.ts';
import { createKeyRing } from './key-ring.ts';
import { isVaultUnavailable, type KeyVault } from './key-vault.ts';
import {
  erasedFields,
  matchDigests,
  type OpenError,
  type Opened,
  readFields,
  type SealedCorrupt,
} from './opened.ts';
import { createRandomPool } from './random-pool.ts';
import { createRecentEvents, type SealedEvent } from './recent-events.ts';
import { sealingFailed } from './sealing-failed.ts';

/** Seals what decisions return and opens what is stored. Both answer at once while the key is held, else later. */
export interface Sealer {
  /** The ledger's `Seal`. Rejects with `SealingFailed` when the vault gives no key. */
  readonly seal: Seal;
  /** All erasable fields of an event; none if it has no sealed part. */
  open(event: SealedEvent): Opened | OpenError | Promise<Opened | OpenError>;
  /** The same for some fields; names that the event doesn't have are left out. */
  openFields(event: SealedEvent, names: readonly string[]): Opened | OpenError | Promise<Opened | OpenError>;
}

/** Default bound of held keys: the subjects of a busy month, about 4 MB. */
export const DEFAULT_CACHED_KEYS = 10_000;
/** Longest time a key is used without asking the vault again, in ms. The default as well. */
export const MAX_KEY_TTL_MS = 60_000;
/**
 * Default bounds of the plaintext kept of just-sealed events: a tenth of a second of full load, in which the stages of a
 * call follow each other. More would cost: what outlives the young generation makes sealing half as fast again.
 */
export const DEFAULT_RECENT_EVENTS = 1_000;
/** The same in bytes of plaintext. */
export const DEFAULT_RECENT_BYTES = 4 * 1024 * 1024;

/** The vault, and bounds: of keys, of their age in ms, and of plaintext that is kept; each has a default. */
export interface SealerOptions {
  readonly vault: KeyVault;
  readonly cachedKeys?: number;
  readonly keyTtlMs?: number;
  readonly recentEvents?: number;
  readonly recentBytes?: number;
  /** Called once for each key that the vault never had: a lost or older vault, not an erasure. */
  readonly onUnknownKey?: (id: string) => void;
  /** Monotonic milliseconds; default `performance.now`. */
  readonly now?: () => number;
}

/** @throws RangeError if `keyTtlMs` is above the contract's limit: erasure elsewhere would take too long to arrive. */
export function createSealer({
  vault,
  cachedKeys = DEFAULT_CACHED_KEYS,
  keyTtlMs = MAX_KEY_TTL_MS,
  recentEvents = DEFAULT_RECENT_EVENTS,
  recentBytes = DEFAULT_RECENT_BYTES,
  onUnknownKey = () => {},
  now = () => performance.now(),
}: SealerOptions): Sealer {
  if (keyTtlMs > MAX_KEY_TTL_MS) {
    throw new RangeError(`keyTtlMs is ${keyTtlMs}, at most ${MAX_KEY_TTL_MS} is allowed`);
  }
  const keys = createKeyRing({ vault, cachedKeys, keyTtlMs, now });
  const recent = createRecentEvents(recentEvents, recentBytes);
  vault.onDestroyed(recent.drop);
  const random = createRandomPool();
  const unknown = new Set<string>();

  const sealFields = (key: HeldKey, stream: string, eventId: string, personal: Personal): SealedFields => {
    const { disclosures } = personal;
    const encoded = disclosures.map((disclosure) => disclosure.encoded);
    const sealed = {
      key: key.id,
      ciphertext: encryptDisclosures(key.secret, random(NONCE_BYTES), { stream, eventId }, encoded),
      digests: digestsOf(disclosures),
    };
    // A key that was destroyed while this event waited for another one still seals; its plaintext isn't kept.
    if (keys.heldOfId(key.id)) recent.keep(stream, eventId, sealed, disclosures);
    return sealed;
  };

  const seal: Seal = (stream, events, metadata) => {
    if (!events.some(isPersonal)) return events.map((event, index) => toNewEvent(event, index, metadata));
    const names = events.map((event) => nameOfKey(event, metadata));
    const texts = names.map((name) => name && keyNameText(name));
    const held = new Map<string, HeldKey>();
    const absent = new Map<string, KeyName>();
    names.forEach((name, index) => {
      const text = texts[index];
      if (!name || text === undefined) return;
      const key = keys.heldOfName(text);
      if (key) held.set(text, key);
      else absent.set(text, name);
    });

    const sealAll = (): NewEvent[] =>
      events.map((event, index) => {
        const plain = toNewEvent(event, index, metadata);
        const key = held.get(texts[index] ?? '');
        if (!key || !event.personal) return plain;
        return { ...plain, sealed: sealFields(key, stream, plain.metadata.id, event.personal) };
      });
    if (absent.size === 0) return sealAll();

    const fetch = async ([text, name]: [string, KeyName]) => {
      const key = await keys.fetchOfName(name);
      if (isVaultUnavailable(key)) throw sealingFailed(key);
      held.set(text, key);
    };
    return Promise.all([...absent].map(fetch)).then(sealAll);
  };

  const open = (event: SealedEvent, names?: readonly string[]): ReturnType<Sealer['open']> => {
    const { sealed } = event;
    if (!sealed) return { erased: false, fields: {}, disclosures: [] };
    const isWanted = (name: string) => names === undefined || names.includes(name);

    const read = (key: HeldKey): Opened | SealedCorrupt => {
      const disclosures = recent.find(event) ?? decrypt(event, sealed, key);
      return (
        (disclosures && readFields(disclosures.filter((d) => isWanted(d.name)))) ?? corrupt(event, sealed)
      );
    };
    const held = keys.heldOfId(sealed.key);
    if (held) return read(held);
    return keys.fetchOfId(sealed.key).then((key) => {
      if (isVaultUnavailable(key)) return key;
      if (!('missing' in key)) return read(key);
      // Destroyed by another process: what is kept here goes with it.
      recent.drop([key.id]);
      // No more are remembered than keys are held: a vault that lacks so many has been told of.
      if (key.missing === 'unknown' && !unknown.has(key.id) && unknown.size < cachedKeys) {
        unknown.add(key.id);
        onUnknownKey(key.id);
      }
      return erasedFields(Object.keys(sealed.digests).filter(isWanted), key.missing);
    });
  };

  return { seal, open: (event) => open(event), openFields: open };
}

function isPersonal({ personal }: DomainEvent): boolean {
  return personal !== undefined && personal.disclosures.length > 0;
}

/** The key an event needs; none without erasable fields. */
function nameOfKey(event: DomainEvent, { organization, time }: CommandMetadata): KeyName | undefined {
  const { personal } = event;
  if (!personal || !isPersonal(event)) return undefined;
  return { organization, subject: personal.subject, month: monthOf(time), retention: personal.retention };
}

/** @throws RangeError if two disclosures have one name: the second would have no commitment. A programming error. */
function digestsOf(disclosures: Personal['disclosures']): SealedFields['digests'] {
  const digests = Object.fromEntries(disclosures.map(({ name, digest }) => [name, digest]));
  if (Object.keys(digests).length !== disclosures.length) {
    throw new RangeError(`two erasable fields have one name: ${disclosures.map((d) => d.name).join(', ')}`);
  }
  return digests;
}

function decrypt({ stream, metadata }: SealedEvent, sealed: SealedFields, key: HeldKey) {
  const encoded = decryptDisclosures(key.secret, { stream, eventId: metadata.id }, sealed.ciphertext);
  return encoded && matchDigests(encoded, sealed.digests);
}

function corrupt({ stream, metadata }: SealedEvent, { key }: SealedFields): SealedCorrupt {
  return {
    code: 'sealed_corrupt',
    detail: `the sealed fields of event ${metadata.id} in ${stream} are not what was sealed under ${key}`,
  };
}
