import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { id, timestamp } from '../vocabulary/scalars.ts';
import { listOf, listQuery } from './query.ts';
import { defineRoute } from './route.ts';

/** A workspace's registration: its id is all that it has. */
export const workspaceRequest = closed({}).meta({ id: 'WorkspaceRequest' });

/** A workspace as it stands. */
export const workspace = z.object({ id, created_at: timestamp }).meta({ id: 'Workspace' });

const params = closed({ id });

/** A place for projects. */
export const putWorkspace = defineRoute({
  operationId: 'putWorkspace',
  method: 'PUT',
  path: '/v1/workspaces/{id}',
  service: 'gateway',
  summary: 'Register a workspace',
  description: '201 when it is new. Every organization has `default`.',
  permission: 'manage_workspaces',
  params,
  body: workspaceRequest,
  responses: { 200: workspace, 201: workspace },
  problems: ['version_conflict'],
});

/** Whether there is such a workspace, and since when. */
export const getWorkspace = defineRoute({
  operationId: 'getWorkspace',
  method: 'GET',
  path: '/v1/workspaces/{id}',
  service: 'gateway',
  summary: 'Read a workspace',
  permission: 'read',
  params,
  responses: { 200: workspace },
  problems: ['not_found'],
});

/** All workspaces of the organization, `default` among them. */
export const listWorkspaces = defineRoute({
  operationId: 'listWorkspaces',
  method: 'GET',
  path: '/v1/workspaces',
  service: 'gateway',
  summary: 'List workspaces',
  permission: 'read',
  query: listQuery({}),
  responses: { 200: listOf(workspace) },
  problems: [],
});

/** A workspace's registration: its id is all that it has. */
export type WorkspaceRequest = Immutable<z.output<typeof workspaceRequest>>;
/** A workspace as it stands. */
export type Workspace = Immutable<z.output<typeof workspace>>;
