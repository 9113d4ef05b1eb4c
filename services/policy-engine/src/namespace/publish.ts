import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

export const namespacePublications: readonly Publication[] = [
  publishAs(publicEvents['namespace.created'], 'namespace-created.v1'),
];
