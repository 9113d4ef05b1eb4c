import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

export const accessHandlerPublications: readonly Publication[] = [
  publishAs(publicEvents['accesshandler.registered'], 'access-handler-registered.v1'),
  publishAs(publicEvents['accesshandler.removed'], 'access-handler-removed.v1'),
];
