import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { orErased } from '../vocabulary/erasable.ts';
import { id } from '../vocabulary/scalars.ts';
import { descriptionText } from '../vocabulary/text.ts';
import { openIntentTime } from './openintent.ts';
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

export const namespaceRequest = closed({
  namespace: id,
  description: descriptionText.default(''),
}).meta({ id: 'NamespaceRequest' });

const place = {
  service: 'policy-engine',
  surface: 'openintent',
} as const;

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

export const getNamespace = defineRoute({
  ...place,
  operationId: 'getNamespace',
  access: 'who has `read` on it by its access list; `manage_intents` has everything',
  method: 'GET',
  path: '/api/v1/namespaces/{id}',
  summary: 'Read a namespace',
  description: 'Needs `read` on it.',
  params: closed({ id }),
  responses: { 200: namespace },
  problems: ['not_found'],
});

export type Namespace = Immutable<z.output<typeof namespace>>;
