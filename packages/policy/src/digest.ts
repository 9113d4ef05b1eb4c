import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Policy } from './policy.ts';

/** `sha256:<hex>` over the RFC 8785 form of a JSON value. */
export function jsonDigest(value: unknown): string {
  return `sha256:${createHash('sha256')
    .update(canonicalize(value) ?? 'null')
    .digest('hex')}`;
}

/** The version of a policy: its digest, the same for any layout, key order and comments. */
export function policyDigest(policy: Policy): string {
  return jsonDigest(policy);
}
