import { z } from 'zod';
import type {
  ZodOpenApiOperationObject,
  ZodOpenApiResponseObject,
  ZodOpenApiResponsesObject,
} from 'zod-openapi';
import {
  isBodyOptional,
  isPlain,
  problemsOf,
  type RouteDefinition,
  type RouteResponse,
} from '../http/route.ts';
import {
  openIntentError,
  type ProblemCode,
  problemSchemas,
  problemStatus,
  problemTitle,
} from '../problems.ts';

/** Where the parameter that names another organization stands in every document. */
export const ORGANIZATION_PARAMETER = '#/components/parameters/Organization';

const RETRY_STATUSES: readonly number[] = [429, 503];

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  200: 'Done, or as it stands',
  201: 'Made',
  202: 'A human is asked',
};

/** The operation of a route as OpenAPI says it. */
export function operationOf(route: RouteDefinition): ZodOpenApiOperationObject {
  const { params, query, headers, body } = route;
  return {
    operationId: route.operationId,
    tags: [tagOf(route)],
    summary: route.summary,
    ...described(route),
    security: route.open ? [] : [{ key: [] }],
    parameters: route.open ? [] : [{ $ref: ORGANIZATION_PARAMETER }],
    requestParams: {
      ...(params && { path: params }),
      ...(query && { query }),
      ...(headers && { header: z.object(titleCased(headers.shape)) }),
    },
    ...(body && {
      requestBody: { required: !isBodyOptional(route), content: { 'application/json': { schema: body } } },
    }),
    responses: { ...answers(route), ...refusals(problemsOf(route), route) },
  };
}

/** The group that a route is shown under: what its path is about. */
export function tagOf({ path }: RouteDefinition): string {
  const [, first, second, third] = path.split('/');
  if (first === 'api') return third ?? 'operations';
  return first === 'v1' && second !== undefined ? second : 'operations';
}

function described(route: RouteDefinition): { description?: string } {
  const { description, permission, flag, ownCalls, inProject, open } = route;
  const where = inProject ? ', at least in its project' : '';
  const needs =
    permission &&
    `Needs the permission \`${permission}\`${where}${ownCalls ? ', except for own calls' : ''}.`;
  const plan = flag && `Needs a plan with the flag \`${flag}\`, else 403 without a \`required_permission\`.`;
  const text = [description, needs, plan, open && 'Needs no key.'].filter(Boolean).join(' ');
  return text === '' ? {} : { description: text };
}

/** HTTP header names in the case in which they are known; the routes name them as Node does. */
function titleCased(shape: z.core.$ZodShape): z.core.$ZodLooseShape {
  const name = (lower: string): string =>
    lower.replaceAll(
      /(^|-)([a-z]+)/g,
      (_, dash: string, word: string) =>
        `${dash}${word === 'id' ? 'ID' : word.charAt(0).toUpperCase() + word.slice(1)}`,
    );
  return Object.fromEntries(Object.entries(shape).map(([lower, schema]) => [name(lower), schema]));
}

function answers(route: RouteDefinition): ZodOpenApiResponsesObject {
  return Object.fromEntries(
    Object.entries(route.responses).map(([status, response]) => [status, answer(Number(status), response)]),
  );
}

function answer(status: number, response: RouteResponse): ZodOpenApiResponseObject {
  if (!isPlain(response)) {
    return {
      description: DESCRIPTIONS[status] ?? 'Done',
      content: { 'application/json': { schema: response } },
    };
  }
  const { contentType, description } = response;
  if (contentType === null) return { description };
  const type = contentType.endsWith('json') ? 'object' : 'string';
  return { description, content: { [contentType]: { schema: { type } } } };
}

function refusals(codes: readonly ProblemCode[], route: RouteDefinition): ZodOpenApiResponsesObject {
  const statuses = [...new Set(codes.map(problemStatus))].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      refusal(
        status,
        codes.filter((code) => problemStatus(code) === status),
        route,
      ),
    ]),
  );
}

function refusal(
  status: number,
  codes: readonly ProblemCode[],
  { surface }: RouteDefinition,
): ZodOpenApiResponseObject {
  const [first, ...rest] = codes.map((code) => problemSchemas[code]);
  if (first === undefined) throw new Error(`No problem has the status ${status}`);
  return {
    description: codes.map((code) => `\`${code}\`: ${problemTitle(code)}`).join('. '),
    content:
      surface === 'openintent'
        ? { 'application/json': { schema: openIntentError } }
        : {
            'application/problem+json': {
              schema: rest.length === 0 ? first : z.discriminatedUnion('code', [first, ...rest]),
            },
          },
    ...(RETRY_STATUSES.includes(status) && {
      headers: z.object({
        'Retry-After': z
          .int()
          .min(0)
          .describe(
            'seconds after which to try again; 3600 where `retry_after_ms` is null: by then the plan may be another',
          ),
      }),
    }),
  };
}
