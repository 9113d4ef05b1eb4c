import canonicalize from 'canonicalize';

/** Whether two JSON values are the same text in canonical form (RFC 8785): `-0` is `0`, members have no order. */
export function isSameJson(left: unknown, right: unknown): boolean {
  return canonicalize(left) === canonicalize(right);
}
