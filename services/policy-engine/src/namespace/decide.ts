import { type Decider, type Personal, type Rejection, reject } from '@countersign/event-sourcing';
import type { NamespaceCreated, NamespaceEvent } from './events.ts';

/** Makes a namespace. Personal: its description. */
export interface CreateNamespace {
  readonly kind: 'create';
  readonly created: NamespaceCreated['data'];
  readonly personal: Personal;
}

/** A namespace as far as its stream decides. */
export interface Namespace {
  readonly exists: boolean;
}

/** Why nothing is decided about a namespace. */
export type NamespaceRejection = 'already_exists';

function evolve(state: Namespace, event: NamespaceEvent): Namespace {
  return event.type === 'namespace-created.v1' ? { exists: true } : state;
}

function decide(
  { created, personal }: CreateNamespace,
  { exists }: Namespace,
): readonly NamespaceEvent[] | Rejection<NamespaceRejection> {
  if (exists) return reject('already_exists', 'there is a namespace of this name');
  return [{ type: 'namespace-created.v1', data: created, personal }];
}

/** Made once. */
export const namespace: Decider<Namespace, CreateNamespace, NamespaceEvent, NamespaceRejection> = {
  initial: { exists: false },
  evolve,
  decide,
};
