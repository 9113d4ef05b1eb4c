import type { Principal } from '@countersign/access';
import { type Problem, problem, type ToolCallRequest } from '@countersign/contracts';
import type { Directory } from '@countersign/directory';
import { callIdFromKey, type Disclosure, type JsonObject, streamName } from '@countersign/event-sourcing';
import type { CommandHandler, CommandMetadata, Handled } from '@countersign/event-store';
import { edgeMetadata, personalOfCall, type ServiceDependencies } from '@countersign/service';
import { scoreOf } from './confidence.ts';
import type { ToolCallCommand, ToolCallRejection } from './decide.ts';
import type { ToolCall } from './state.ts';
import type { createShapes, createTerms } from './terms.ts';
import type { PermittedAt } from './visibility.ts';

interface AnnouncingDependencies {
  readonly service: ServiceDependencies;
  readonly toolCalls: CommandHandler<ToolCall, ToolCallCommand, ToolCallRejection>;
  readonly directory: Directory;
  readonly permittedAt: PermittedAt;
  readonly terms: ReturnType<typeof createTerms>;
  readonly shapeOf: ReturnType<typeof createShapes>;
  readonly leaseHolds: () => boolean;
}

/** A call as it is announced, and by whom. */
export interface Announcement {
  readonly principal: Principal;
  readonly body: ToolCallRequest;
  readonly idempotencyKey: string | undefined;
  readonly traceparent: string | undefined;
}

/** A call that may be announced, under the id that it will have. */
export interface Announceable {
  readonly id: string;
  readonly argumentsDisclosure: Disclosure;
  /** Appends the announcement; one that repeats an earlier one appends nothing. `cause`: the message that it came in. */
  append(cause?: Cause): Promise<Handled<ToolCall, ToolCallRejection>>;
}

/** The message that a command came in: whoever gets it twice makes the same events of it. */
export type Cause = Required<Pick<CommandMetadata, 'causation' | 'eventId'>>;

/** What makes an announcement a call, or why it is none. */
export type Announcing = (announcement: Announcement) => Announceable | Problem;

/** Says whether a call may be announced, by whatever way it came. */
export function createAnnouncing(deps: AnnouncingDependencies): Announcing {
  const { service, toolCalls, directory } = deps;
  const { ids, disclose } = service;

  return ({ principal, body, idempotencyKey, traceparent }) => {
    const { organization } = principal;
    const agent = directory.agent(organization, body.agent_id);
    const isAgentItself = principal.kind === 'agent' && principal.id === body.agent_id;
    if (!isAgentItself && !deps.permittedAt(principal, 'manage_agents', body)) {
      return problem('forbidden', 'only the agent itself, or who manages agents, announces its calls', {
        required_permission: 'manage_agents',
      });
    }
    if (!deps.leaseHolds()) return problem('unavailable', 'kill switches can not be checked now');

    const id =
      idempotencyKey === undefined
        ? ids.next()
        : callIdFromKey(organization, `${principal.kind}:${principal.id}`, idempotencyKey);
    const args = body.arguments as JsonObject;
    const argumentsDisclosure = disclose('arguments', args);
    const userId = body.user_id ?? agent?.data.owner ?? principal.id;
    return {
      id,
      argumentsDisclosure,
      append(cause) {
        const metadata = edgeMetadata(service, {
          organization,
          correlation: id,
          ...(traceparent === undefined ? {} : { traceparent }),
        });
        return toolCalls.handle(
          streamName('toolcall', id),
          {
            kind: 'announce',
            time: metadata.time,
            request: requestOf(deps, { id, principal, body, args, userId, argumentsDisclosure }),
            personal: {
              decision: personalOfCall(
                userId,
                body.reasoning === undefined ? null : disclose('reasoning', body.reasoning),
              ),
              request: personalOfCall(userId, argumentsDisclosure, disclose('reason', body.reason)),
            },
          },
          cause ? { ...metadata, ...cause } : metadata,
        );
      },
    };
  };
}

function requestOf(
  deps: AnnouncingDependencies,
  call: {
    readonly id: string;
    readonly principal: Principal;
    readonly body: ToolCallRequest;
    readonly args: JsonObject;
    readonly userId: string;
    readonly argumentsDisclosure: Disclosure;
  },
) {
  const { id, principal, body, args, userId, argumentsDisclosure } = call;
  const tool = deps.directory.tool(principal.organization, body.tool_name);
  const terms = tool ? deps.terms(tool, args, body) : null;
  return {
    tool_call_id: id,
    agent_id: body.agent_id,
    user_id: userId,
    tool_name: body.tool_name,
    arguments_digest: argumentsDisclosure.digest,
    arguments_shape: deps.shapeOf(args),
    tool_definition_hash: tool?.data.definition_hash ?? null,
    action: tool?.data.declaration.action ?? null,
    cost_micros: terms?.costMicros ?? null,
    environment: terms?.environment ?? null,
    confidence_score: scoreOf(body.confidence),
    session_id: body.session_id ?? null,
    intent_id: body.intent_id ?? null,
    requested_by: { kind: principal.kind, id: principal.id },
    redeem: body.redeem,
    claims: {
      user_id: body.user_id ?? null,
      cost_micros: body.cost_micros ?? null,
      environment: body.environment ?? null,
    },
  };
}
