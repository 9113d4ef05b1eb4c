import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

/** Stored events of a key to public ones, one to one. */
export const apiKeyPublications: readonly Publication[] = [
  publishAs(publicEvents['apikey.created'], 'api-key-created.v1'),
  publishAs(publicEvents['apikey.rotated'], 'api-key-rotated.v1'),
  publishAs(publicEvents['apikey.revoked'], 'api-key-revoked.v1'),
];
