import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

/** Stored events of a handler of requests for access to public ones, one to one. */
export const accessHandlerPublications: readonly Publication[] = [
  publishAs(publicEvents['accesshandler.registered'], 'access-handler-registered.v1'),
  publishAs(publicEvents['accesshandler.removed'], 'access-handler-removed.v1'),
];
