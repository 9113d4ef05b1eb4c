import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

/** Stored events of a request for access to public ones, one to one. */
export const accessRequestPublications: readonly Publication[] = [
  publishAs(publicEvents['accessrequest.opened'], 'access-request-opened.v1'),
  publishAs(publicEvents['accessrequest.approved'], 'access-request-approved.v1'),
  publishAs(publicEvents['accessrequest.denied'], 'access-request-denied.v1'),
  publishAs(publicEvents['accessrequest.expired'], 'access-request-expired.v1'),
];
