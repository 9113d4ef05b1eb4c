import type { Disclosure, JsonValue, SealedFields } from '@countersign/event-sourcing';
import { digestOf, openDisclosure } from './disclosure.ts';
import type { MissingKey, VaultUnavailable } from './key-vault.ts';

/** What stands in a field's place after its key was destroyed. */
export const ERASED = { erased: true } as const;

/** The fields of an event whose key is alive. */
export interface OpenedFields {
  readonly erased: false;
  readonly fields: { readonly [name: string]: JsonValue };
  /** The same with their salts and digests, to seal them again in another event under the same digest. */
  readonly disclosures: readonly Disclosure[];
}

/** The fields of an event whose key is gone: each name with `{erased: true}`. */
export interface ErasedFields {
  readonly erased: true;
  readonly fields: { readonly [name: string]: typeof ERASED };
  /** `unknown`: the vault never had this key, which points to a lost or older vault and not to an erasure. */
  readonly key: MissingKey['missing'];
}

/** Ciphertext, digests, stream, event id or key id are not those that were sealed together. */
export interface SealedCorrupt {
  readonly code: 'sealed_corrupt';
  readonly detail: string;
}

/** The plaintext, or that it is erased for good. */
export type Opened = OpenedFields | ErasedFields;
/** Nothing could be opened now: it says nothing of whether it is erased. */
export type OpenError = SealedCorrupt | VaultUnavailable;

/** Tells an error from what was opened. */
export function isOpenError(value: Opened | OpenError): value is OpenError {
  return 'code' in value;
}

/** The decrypted disclosures with their names, if they are exactly those that the digests commit to; else `null`. */
export function matchDigests(
  encoded: readonly string[],
  digests: SealedFields['digests'],
): readonly Disclosure[] | null {
  const names = new Map(Object.entries(digests).map(([name, digest]) => [digest, name]));
  if (names.size !== Object.keys(digests).length || names.size !== encoded.length) return null;
  const disclosures: Disclosure[] = [];
  for (const text of encoded) {
    const digest = digestOf(text);
    const name = names.get(digest);
    // Taken out, so that one disclosure can't stand for two.
    if (name === undefined || !names.delete(digest)) return null;
    disclosures.push({ name, encoded: text, digest });
  }
  return disclosures;
}

/** Reads the values; `null` if a disclosure can't be read or names another field than its digest. */
export function readFields(disclosures: readonly Disclosure[]): OpenedFields | null {
  const fields: [name: string, value: JsonValue][] = [];
  for (const { name, encoded } of disclosures) {
    const opened = openDisclosure(encoded);
    if ('code' in opened || opened.name !== name) return null;
    fields.push([name, opened.value]);
  }
  return { erased: false, fields: Object.fromEntries(fields), disclosures };
}

/** Every field of an event whose key is gone. */
export function erasedFields(names: readonly string[], key: MissingKey['missing']): ErasedFields {
  return { erased: true, fields: Object.fromEntries(names.map((name) => [name, ERASED])), key };
}
