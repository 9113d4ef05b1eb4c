import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { id, timestamp } from '../vocabulary/scalars.ts';
import { listOf, listQuery } from './query.ts';
import { defineRoute } from './route.ts';

/** A project's registration. */
export const projectRequest = closed({
  workspace: id.default('default').describe('the workspace `default` where it is left out'),
}).meta({ id: 'ProjectRequest' });

/** A project as it stands. */
export const project = z.object({ id, workspace: id, created_at: timestamp }).meta({ id: 'Project' });

const params = closed({ id });

/** Places a project for good, because what is in it was decided on where it lies. */
export const putProject = defineRoute({
  operationId: 'putProject',
  method: 'PUT',
  path: '/v1/projects/{id}',
  service: 'gateway',
  summary: 'Register a project in a workspace',
  description:
    '201 when it is new. A project stays in its workspace: 409 where it lies in another. Every organization has `default`; a project that nobody has registered lies in the workspace `default`.',
  permission: 'manage_workspaces',
  params,
  body: projectRequest,
  responses: { 200: project, 201: project },
  problems: ['not_found', 'already_exists', 'version_conflict'],
});

/** Where it lies. */
export const getProject = defineRoute({
  operationId: 'getProject',
  method: 'GET',
  path: '/v1/projects/{id}',
  service: 'gateway',
  summary: 'Read a project',
  permission: 'read',
  inProject: true,
  params,
  responses: { 200: project },
  problems: ['not_found'],
});

/** Of one workspace, or all. */
export const listProjects = defineRoute({
  operationId: 'listProjects',
  method: 'GET',
  path: '/v1/projects',
  service: 'gateway',
  summary: 'List projects',
  permission: 'read',
  inProject: true,
  query: listQuery({ workspace: id.optional() }),
  responses: { 200: listOf(project) },
  problems: [],
});

/** A project's registration. */
export type ProjectRequest = Immutable<z.output<typeof projectRequest>>;
/** A project as it stands. */
export type Project = Immutable<z.output<typeof project>>;
