import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { orErased } from '../vocabulary/erasable.ts';
import { id } from '../vocabulary/scalars.ts';
import { descriptionText } from '../vocabulary/text.ts';
import { openIntentTime, whoHas } from './openintent.ts';
import { listOf, listQuery } from './query.ts';
import { defineRoute } from './route.ts';

/** A namespace as it stands. */
export const namespace = z
  .object({
    namespace: id,
    description: orErased(descriptionText),
    created_by: id,
    created_at: openIntentTime,
  })
  .meta({ id: 'Namespace' });

/** A namespace to be made. `namespace` is its id, for good. */
export const namespaceRequest = closed({
  namespace: id,
  description: descriptionText.default(''),
}).meta({ id: 'NamespaceRequest' });

const place = {
  service: 'policy-engine',
  surface: 'openintent',
} as const;

/** The caller is its administrator by having made it, without an entry. */
export const createNamespace = defineRoute({
  ...place,
  operationId: 'createNamespace',
  access: 'agents, services, and people with `read` somewhere',
  method: 'POST',
  path: '/api/v1/namespaces',
  summary: 'Make a namespace',
  description: 'Agents, services and people with `read`. Who makes it administers it.',
  body: namespaceRequest,
  responses: { 201: namespace },
  problems: ['already_exists', 'version_conflict'],
});

/** Only those that the caller may read: the others are not told apart from none. */
export const listNamespaces = defineRoute({
  ...place,
  operationId: 'listNamespaces',
  access: 'anybody; shown is what one has `read` on by its access list',
  method: 'GET',
  path: '/api/v1/namespaces',
  summary: 'List the namespaces that one may read',
  query: listQuery({}),
  responses: { 200: listOf(namespace) },
  problems: [],
});

/** What can be told of it; its access list is another operation. */
export const getNamespace = defineRoute({
  ...place,
  operationId: 'getNamespace',
  access: whoHas.read,
  method: 'GET',
  path: '/api/v1/namespaces/{id}',
  summary: 'Read a namespace',
  description: 'Needs `read` on it.',
  params: closed({ id }),
  responses: { 200: namespace },
  problems: ['not_found'],
});

/** A namespace as it stands. */
export type Namespace = Immutable<z.output<typeof namespace>>;
