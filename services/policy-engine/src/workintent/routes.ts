import { type AclResource, type Level, type Principal, principalKey } from '@countersign/access';
import {
  type JsonObject,
  MAX_STATE_CHARS,
  type Problem,
  problem,
  routes,
  type StatePatch,
  type WorkIntentRequest,
} from '@countersign/contracts';
import { callIdFromKey } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import { isProblem, mount } from '@countersign/http';
import { actorOf, answered, edgeMetadata, personal, type ServiceDependencies } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import type { Admitted, Gate } from '../access/gate.ts';
import { notFound, partyOf } from '../access/gate.ts';
import type { OpenMessage } from '../openintent/open-message.ts';
import type { BeginList } from './begin-list.ts';
import type { WorkIntentCommand, WorkIntentRejection } from './decide.ts';
import type { Status } from './events.ts';
import { applyPatches } from './patches.ts';
import { isSameRequest } from './same-request.ts';
import { etagOf, intentShown, stateOf, workIntentStream } from './shown.ts';
import type { WorkIntent } from './state.ts';
import type { WorkIntentRow } from './view.ts';

interface WorkIntentRouteDependencies {
  readonly service: ServiceDependencies;
  readonly workIntents: CommandHandler<WorkIntent, WorkIntentCommand, WorkIntentRejection>;
  readonly gate: Gate;
  readonly open: OpenMessage;
  readonly beginList: BeginList;
  readonly findIntent: (organization: string, id: string) => Promise<WorkIntentRow | undefined>;
  readonly caughtUp: (position?: number) => Promise<unknown>;
}

/** Making work intents and changing them. */
export function workIntentRoutes(app: FastifyInstance, deps: WorkIntentRouteDependencies): void {
  const { service, workIntents, gate, open, beginList, findIntent, caughtUp } = deps;
  const { ids, disclose } = service;

  const handle = (organization: string, id: string, command: WorkIntentCommand) =>
    workIntents.handle(workIntentStream(organization, id), command, edgeMetadata(service, { organization }));

  const intent = (id: string): AclResource => ({ kind: 'intent', id });

  /** Who is let in with a level, and the intent as it stands. */
  const admit = async (
    principal: Principal,
    id: string,
    required: Level,
  ): Promise<(Admitted & { readonly row: WorkIntentRow }) | Problem> => {
    await caughtUp();
    const admitted = gate.admit(principal, intent(id), required);
    if (isProblem(admitted)) return admitted;
    const row = await findIntent(principal.organization, id);
    return row ? { ...admitted, row } : notFound(intent(id));
  };

  /** Handles a change of a version and answers the intent after it. */
  const change = async (principal: Principal, row: WorkIntentRow, command: WorkIntentCommand) => {
    const { organization } = principal;
    const handled = await handle(organization, row.id, command);
    const answer = await answered(handled, async ({ position }) => {
      await caughtUp(position);
      const changed = (await findIntent(organization, row.id)) ?? row;
      const body = await intentShown(open, changed);
      return { status: 200, body, headers: etagOf(body) } as const;
    });
    if (!isProblem(answer) || answer.code !== 'version_conflict') return answer;
    await caughtUp();
    return stale((await findIntent(organization, row.id)) ?? row);
  };

  /** What the same key of the same caller has made already, by a body that said the same. */
  const madeBefore = async (principal: Principal, id: string, asked: WorkIntentRequest) => {
    const row = await findIntent(principal.organization, id);
    if (!row) return null;
    const admitted = gate.admit(principal, intent(id), 'read');
    if (isProblem(admitted)) return admitted;
    const first = await open(workIntentStream(row.organization, id), 1);
    if (!isSameRequest(first, asked)) return otherBody(id);
    const body = await intentShown(open, row);
    return { status: 200, body, headers: etagOf(body) } as const;
  };

  mount(app, routes.createWorkIntent, async ({ headers, body, principal }) => {
    await caughtUp();
    const id = idFor(principal, headers['idempotency-key']);
    const before = id === null ? null : await madeBefore(principal, id, body);
    if (before) return before;
    return make(principal, id ?? ids.next(), body);
  });

  const make = async (principal: Principal, id: string, body: WorkIntentRequest) => {
    const refused = gate.newcomer(principal) ?? (await refusalOf(principal, body));
    if (refused) return refused;
    const { organization } = principal;
    const begun = await beginList(principal, intent(id), body);
    if (isProblem(begun)) return begun;
    const { namespace = null, parent_intent_id = null, depends_on, inherit_access } = body;
    const by = actorOf(principal);
    const handled = await handle(organization, id, {
      kind: 'create',
      created: { intent_id: id, namespace, parent_intent_id, depends_on, inherit_access, by },
      personal: personal(
        principal.id,
        disclose('title', body.title),
        disclose('description', body.description),
        disclose('constraints', body.constraints),
        disclose('state', body.state),
      ),
    });
    return answered(handled, async ({ events, position }) => {
      await caughtUp(position);
      // Another request with the same key came in between.
      if (events.length === 0) return (await madeBefore(principal, id, body)) ?? notFound(intent(id));
      const row = await findIntent(organization, id);
      if (!row) return notFound(intent(id));
      const shown = await intentShown(open, row);
      return { status: 201, body: shown, headers: etagOf(shown) } as const;
    });
  };

  /** What a new intent refers to must be there for who makes it, with what making it takes. */
  const refusalOf = async (principal: Principal, body: WorkIntentRequest): Promise<Problem | null> => {
    const { namespace, parent_intent_id: parent, inherit_access, depends_on, state } = body;
    if (inherit_access && parent === undefined)
      return invalid('/inherit_access', 'needs a parent_intent_id to inherit from');
    if (isTooLong(state)) return invalid('/state', `must have at most ${MAX_STATE_CHARS} characters as JSON`);
    const needed: readonly (readonly [AclResource, Level])[] = [
      ...(namespace === undefined ? [] : [[{ kind: 'namespace', id: namespace }, 'write'] as const]),
      ...(parent === undefined ? [] : [[intent(parent), 'admin'] as const]),
      ...depends_on.map((id) => [intent(id), 'read'] as const),
    ];
    for (const [resource, required] of needed) {
      const admitted = gate.admit(principal, resource, required);
      if (isProblem(admitted)) return admitted;
    }
    return null;
  };

  mount(app, routes.getWorkIntent, async ({ params, principal }) => {
    const admitted = await admit(principal, params.id, 'read');
    if (isProblem(admitted)) return admitted;
    const body = await intentShown(open, admitted.row);
    return { status: 200, body, headers: etagOf(body) } as const;
  });

  const changeState = async (
    principal: Principal,
    id: string,
    version: number,
    patches: readonly StatePatch[],
  ) => {
    const admitted = await admit(principal, id, 'write');
    if (isProblem(admitted)) return admitted;
    const { row } = admitted;
    if (row.version !== version) return stale(row);
    const before = await stateOf(open, row);
    if (isErased(before))
      return problem('invalid_request', 'the state has been erased; make a new work intent');
    const after = applyPatches(before, patches);
    if (Array.isArray(after)) {
      const errors = after.map(({ index, detail }) => ({ pointer: `/patches/${index}`, detail }));
      return problem('invalid_request', `patches: ${errors[0]?.detail}`, { errors });
    }
    const state = after as JsonObject;
    if (isTooLong(state))
      return invalid('/patches', `the state would have more than ${MAX_STATE_CHARS} characters as JSON`);
    return change(principal, row, {
      kind: 'change-state',
      intentId: id,
      version,
      by: actorOf(principal),
      personal: personal(principal.id, disclose('patches', patches as never), disclose('state', state)),
    });
  };
  mount(app, routes.updateWorkIntentState, ({ params, headers, body, principal }) =>
    changeState(principal, params.id, headers['if-match'], body.patches),
  );
  mount(app, routes.patchWorkIntentState, ({ params, headers, body, principal }) =>
    changeState(principal, params.id, headers['if-match'], body.patches),
  );

  const changeStatus = async (
    principal: Principal,
    id: string,
    version: number,
    to: Status,
    reason: string | undefined,
  ) => {
    const admitted = await admit(principal, id, 'admin');
    if (isProblem(admitted)) return admitted;
    const { row } = admitted;
    if (row.version !== version) return stale(row);
    const needed = row.depends_on.map((one) => findIntent(principal.organization, one));
    const isUnblocked = (await Promise.all(needed)).every((one) => one?.status === 'completed');
    return change(principal, row, {
      kind: 'change-status',
      intentId: id,
      version,
      to,
      isUnblocked,
      by: actorOf(principal),
      personal: personal(principal.id, disclose('reason', reason ?? null)),
    });
  };
  mount(app, routes.setWorkIntentStatus, ({ params, headers, body, principal }) =>
    changeStatus(principal, params.id, headers['if-match'], body.status, body.reason),
  );
  mount(app, routes.patchWorkIntentStatus, ({ params, headers, body, principal }) =>
    changeStatus(principal, params.id, headers['if-match'], body.status, body.reason),
  );
}

/** Tells the intent, which its caller may read: who only wants it to be there goes on with it. */
const otherBody = (id: string) =>
  problem('idempotency_conflict', 'the key was used with another body; a new work intent takes a new key', {
    intent_id: id,
  });

/** The id that a key names, so that one key of one caller is one work intent on any instance. */
function idFor(principal: Principal, key: string | undefined): string | null {
  if (key === undefined) return null;
  return callIdFromKey(principal.organization, principalKey(partyOf(principal)), `work-intent:${key}`);
}

function stale({ version }: WorkIntentRow): Problem {
  return problem('version_conflict', `it is at version ${version} by now; read it again and repeat`, {
    current_version: version,
  });
}

function invalid(pointer: string, detail: string): Problem {
  return problem('invalid_request', `${pointer}: ${detail}`, { errors: [{ pointer, detail }] });
}

function isTooLong(state: JsonObject): boolean {
  return JSON.stringify(state).length > MAX_STATE_CHARS;
}

/** `{erased: true}` may as well be what somebody wrote: it is then a state like any other, and no less right to refuse. */
function isErased(state: JsonObject): boolean {
  return state.erased === true && Object.keys(state).length === 1;
}
