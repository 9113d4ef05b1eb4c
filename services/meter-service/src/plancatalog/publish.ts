import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

/** Stored events of the plan catalog to public ones, one to one. */
export const planCatalogPublications: readonly Publication[] = [
  publishAs(publicEvents['plan.catalog.applied'], 'plan-catalog-applied.v1'),
];
