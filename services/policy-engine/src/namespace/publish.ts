import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

/** Stored events of a namespace to public ones, one to one. */
export const namespacePublications: readonly Publication[] = [
  publishAs(publicEvents['namespace.created'], 'namespace-created.v1'),
];
