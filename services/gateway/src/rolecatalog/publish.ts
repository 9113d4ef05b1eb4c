import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

/** Stored events of the role catalog to public ones, one to one. */
export const roleCatalogPublications: readonly Publication[] = [
  publishAs(publicEvents['role.catalog.applied'], 'role-catalog-applied.v1'),
];
