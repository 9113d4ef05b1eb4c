import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

/** Stored events of an access list to public ones, one to one. */
export const accessPublications: readonly Publication[] = [
  publishAs(publicEvents['acl.created'], 'acl-created.v1'),
  publishAs(publicEvents['acl.granted'], 'acl-granted.v1'),
  publishAs(publicEvents['acl.revoked'], 'acl-revoked.v1'),
  publishAs(publicEvents['acl.expired'], 'acl-expired.v1'),
  publishAs(publicEvents['acl.replaced'], 'acl-replaced.v1'),
];
