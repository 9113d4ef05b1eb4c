import {
  describeZodErrors,
  type FieldError,
  isBodyOptional,
  jsonPointerOf,
  MAX_ERRORS,
  type Problem,
  problem,
  type RouteDefinition,
} from '@countersign/contracts';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ReadBody } from '../server/json-body.ts';
import type { JudgeBody } from './context.ts';

/** The parts of a request, read by the schemas of its route. */
export interface ReadRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly headers: unknown;
  readonly body: unknown;
}

/** Reads a request by the schemas of its route, or says everything that is wrong with it at once. */
export function readRequest(
  route: RouteDefinition,
  request: FastifyRequest,
  judge?: JudgeBody<RouteDefinition>,
): ReadRequest | Problem {
  const body = request.body as ReadBody;
  if (body !== undefined && !body.ok) {
    const errors = 'errors' in body && body.errors.length > 0 ? { errors: body.errors } : {};
    return problem(body.code, body.detail, errors);
  }
  const elsewhere: FieldError[] = [];
  const params = read(route.params, request.params, '/path', elsewhere);
  const query = readQuery(route.query, request.query as Query, elsewhere);
  const headers = read(route.headers, request.headers, '/headers', elsewhere);
  if (!route.query && !route.open) refuseQuery(request.query as Query, elsewhere);

  const inBody: FieldError[] = [];
  const content = readContent(route, body, inBody);
  if (judge && request.principal) {
    const given = {
      params: params ?? fittingFields(route.params, request.params),
      body: inBody.length === 0 ? content : fittingFields(route.body, body?.value),
      written: body?.value,
      principal: request.principal,
    };
    const told = new Set(inBody.map(({ pointer }) => pointer));
    inBody.push(...judge(given as Parameters<typeof judge>[0]).filter(({ pointer }) => !told.has(pointer)));
  }
  if (inBody.length === 0 && elsewhere.length === 0) return { params, query, headers, body: content };
  const errors = [...elsewhere, ...inBody].slice(0, MAX_ERRORS);
  const code = elsewhere.length === 0 && body !== undefined ? route.invalidBody : undefined;
  return problem(code ?? 'invalid_request', summary(errors), { errors });
}

type Schema = RouteDefinition['body'];

/** `place` goes before the pointers of what is not the body, so that they can't be taken for it. */
function read(schema: Schema, given: unknown, place: string, errors: FieldError[]): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  for (const { pointer, detail } of describeZodErrors(result.error)) {
    errors.push({ pointer: `${place}${pointer}`, detail });
  }
  return undefined;
}

/** A query string as it is parsed: a parameter that is given twice has two values. */
type Query = Readonly<Record<string, string | readonly string[]>>;

function readQuery(schema: Schema, given: Query, errors: FieldError[]): unknown {
  const found: FieldError[] = [];
  const query = read(schema, given, '/query', found);
  const names = Object.keys(given).filter((name) => Array.isArray(given[name]));
  const repeated = new Set(names.map(queryPointer));
  const once = ({ pointer, detail }: FieldError) =>
    repeated.has(pointer) ? { pointer, detail: 'must be given once' } : { pointer, detail };
  errors.push(...found.map(once));
  return query;
}

function readContent(route: RouteDefinition, body: ReadBody, errors: FieldError[]): unknown {
  if (route.body) {
    if (body?.ok) return read(route.body, body.value, '', errors);
    if (isBodyOptional(route)) return read(route.body, {}, '', errors);
    errors.push({ pointer: '', detail: 'a body is required: send a JSON object' });
  } else if (body !== undefined) {
    errors.push({ pointer: '', detail: 'this operation takes no body' });
  }
  return undefined;
}

/** The fields that fit their own schemas, where the whole does not. */
function fittingFields(schema: Schema, given: unknown): object | undefined {
  if (!schema) return undefined;
  if (!(schema instanceof z.ZodObject) || typeof given !== 'object' || given === null) return {};
  return Object.fromEntries(
    Object.entries(schema.shape).flatMap(([name, field]) => {
      if (!Object.hasOwn(given, name)) return [];
      const read = z.safeParse(field, (given as Readonly<Record<string, unknown>>)[name]);
      return read.success ? [[name, read.data]] : [];
    }),
  );
}

function refuseQuery(query: Query, errors: FieldError[]): void {
  for (const name in query) {
    errors.push({ pointer: queryPointer(name), detail: 'this operation takes no query parameters' });
  }
}

const queryPointer = (name: string): string => `/query${jsonPointerOf([name])}`;

/** The problem in one sentence, for logs and terminals that show nothing else. */
function summary(errors: readonly FieldError[]): string {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `${first?.pointer || 'the body'}: ${first?.detail}${more}`.slice(0, 1_000);
}
