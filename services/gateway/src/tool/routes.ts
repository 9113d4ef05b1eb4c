import { hash } from 'node:crypto';
import {
  type FieldError,
  problem,
  routes,
  type ToolRequest,
  type Tool as ToolView,
} from '@countersign/contracts';
import type { Directory, ToolEntry } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import { judged, mount } from '@countersign/http';
import { compileArgsExpression } from '@countersign/policy';
import { actorOf, edgeMetadata, page, type ServiceDependencies } from '@countersign/service';
import { compileSchema } from '@countersign/tool-schema';
import canonicalize from 'canonicalize';
import type { FastifyInstance } from 'fastify';
import { answeredEverywhere, type ReachedEverywhere } from '../killswitch/reached-everywhere.ts';
import type { Tool, ToolCommand } from './decide.ts';
import type { Declaration } from './events.ts';

interface ToolRouteDependencies {
  readonly service: ServiceDependencies;
  readonly tools: CommandHandler<Tool, ToolCommand, 'not_found'>;
  readonly directory: Directory;
  readonly reached: ReachedEverywhere;
}

const NOT_FOUND = problem('not_found', 'there is no such tool');

/** Serves tools: commands write them, the directory shows them. */
export function toolRoutes(app: FastifyInstance, deps: ToolRouteDependencies): void {
  const { service, tools, directory } = deps;

  const view = ({ data, message }: ToolEntry): ToolView => ({
    name: data.name,
    version: data.version,
    definition_hash: data.definition_hash,
    ...data.declaration,
    updated_at: message.time,
  });

  const putTool = judged(routes.putTool, ({ body }) => declarationErrors(body));

  mount(app, putTool, async ({ params, body, principal }) => {
    const { organization } = principal;
    const { required_flags = [] } = body;
    const declaration: Declaration = {
      description: body.description,
      input_schema: body.input_schema,
      action: body.action,
      required_permissions: [...body.required_permissions],
      ...(required_flags.length > 0 && { required_flags }),
      resource: body.resource ?? null,
      destructive: body.destructive,
      requires_approval: body.requires_approval,
      sensitivity: body.sensitivity,
      environment: body.environment ?? null,
      environment_from: body.environment_from ?? null,
      cost_micros: body.cost_micros ?? (body.cost_from === undefined ? 0 : null),
      cost_from: body.cost_from ?? null,
      timeout_ms: body.timeout_ms ?? null,
    };
    const definitionHash = hash(
      'sha256',
      canonicalize({ name: params.name, declaration }) ?? '',
      'base64url',
    );
    const handled = await tools.handle(
      streamName('tool', `${organization}:${params.name}`),
      { kind: 'declare', name: params.name, declaration, definitionHash, by: actorOf(principal) },
      edgeMetadata(service, { organization }),
    );
    return answeredEverywhere(handled, deps.reached, ({ state, events }) => {
      const body = { name: params.name, version: state.version, definition_hash: definitionHash };
      return events[0]?.version === 1 ? { status: 201, body } : { status: 200, body };
    });
  });

  mount(app, routes.getTool, ({ params, principal }) => {
    const entry = directory.tool(principal.organization, params.name);
    return entry ? { status: 200, body: view(entry) } : NOT_FOUND;
  });

  mount(app, routes.listTools, async ({ query, principal }) => ({
    status: 200,
    body: await page(directory.tools(principal.organization), query, (entry) => entry.data.name, view),
  }));

  mount(app, routes.withdrawTool, async ({ params, principal }) => {
    const { organization } = principal;
    const handled = await tools.handle(
      streamName('tool', `${organization}:${params.name}`),
      { kind: 'withdraw', by: actorOf(principal) },
      edgeMetadata(service, { organization }),
    );
    return answeredEverywhere(handled, deps.reached, () => ({ status: 204 }));
  });
}

/** Everything in a declaration that only its own language can judge. */
function declarationErrors(declared: Partial<ToolRequest>): readonly FieldError[] {
  const schema = declared.input_schema === undefined ? null : compileSchema(declared.input_schema);
  const inSchema = schema === null || schema.ok ? [] : schema.problems;
  const inExpressions = EXPRESSIONS.flatMap(([field, type]) => {
    const source = declared[field];
    const compiled = source === undefined ? null : compileArgsExpression(source, type);
    if (compiled === null || compiled.ok) return [];
    return compiled.problems.map(({ message }) => ({ pointer: `/${field}`, detail: message }));
  });
  return [
    ...inSchema.map(({ pointer, detail }) => ({ pointer: `/input_schema${pointer}`, detail })),
    ...inExpressions,
  ];
}

const EXPRESSIONS = [
  ['cost_from', 'int'],
  ['environment_from', 'string'],
] as const;
