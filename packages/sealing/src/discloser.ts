import type { Disclosure, JsonValue } from '@countersign/event-sourcing';
import { disclose } from './disclosure.ts';
import { createRandomPool } from './random-pool.ts';

/** Salt length, as RFC 9901 section 9.3 recommends: 128 bit. */
export const SALT_BYTES = 16;

/** Makes disclosures with a fresh salt each. For the edge only: a decision has no randomness. */
export type Discloser = (name: string, value: JsonValue) => Disclosure;

/** Makes disclosures (RFC 9901) with 16 random bytes of salt each. */
export function createDiscloser(): Discloser {
  const random = createRandomPool();
  return (name, value) => disclose(name, value, random(SALT_BYTES).toString('base64url'));
}
