import type { RoleCatalog } from '@countersign/access';
import type { DomainEvent } from '@countersign/event-sourcing';
import type { Actor } from '../toolcall/events.ts';

/** Where a catalog comes from: what is built in, the server's settings, their names of another product, or the interface. */
export type ControlsSource = 'defaults' | 'env' | 'aliases' | 'api';

/** All roles of all organizations, from here on. */
export type RoleCatalogApplied = DomainEvent<
  'role-catalog-applied.v1',
  {
    readonly source: ControlsSource;
    /** Whole, so that what was in force needs no version of the program that knows its defaults. */
    readonly roles: RoleCatalog;
    readonly hash: string;
    readonly by: Actor;
  }
>;

/** Everything that the stream of the role catalog holds. */
export type RoleCatalogEvent = RoleCatalogApplied;
