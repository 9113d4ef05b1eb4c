import { type AclResource, type Level, type Principal, principalKey } from '@countersign/access';
import { MAX_STATE_CHARS, type Problem, problem, type WorkIntentRequest } from '@countersign/contracts';
import { callIdFromKey } from '@countersign/event-sourcing';
import { isProblem } from '@countersign/http';
import { actorOf, answered, edgeMetadata, personal } from '@countersign/service';
import { notFound, partyOf } from '../access/gate.ts';
import { intent } from './admit.ts';
import type { WorkIntentRouteDependencies } from './dependencies.ts';
import { invalid, isTooLong } from './refusals.ts';
import { isSameRequest } from './same-request.ts';
import { etagOf, intentShown, workIntentStream } from './shown.ts';

/** Makes work intents: one for each key of a caller, and only on what its caller may build on. */
export function createMaking(deps: WorkIntentRouteDependencies) {
  const { service, workIntents, gate, open, beginList, findIntent, caughtUp } = deps;
  const { ids, disclose } = service;

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

  const make = async (principal: Principal, id: string, body: WorkIntentRequest) => {
    const refused = gate.newcomer(principal) ?? (await refusalOf(principal, body));
    if (refused) return refused;
    const { organization } = principal;
    const begun = await beginList(principal, intent(id), body);
    if (isProblem(begun)) return begun;
    const { namespace = null, parent_intent_id = null, depends_on, inherit_access } = body;
    const governance = body.governance_policy ? { governance_policy: body.governance_policy } : {};
    const by = actorOf(principal);
    const metadata = edgeMetadata(service, { organization });
    const handled = await workIntents.handle(
      workIntentStream(organization, id),
      {
        kind: 'create',
        created: {
          intent_id: id,
          namespace,
          parent_intent_id,
          depends_on,
          inherit_access,
          ...governance,
          by,
        },
        personal: personal(
          principal.id,
          disclose('title', body.title),
          disclose('description', body.description),
          disclose('constraints', body.constraints),
          disclose('state', body.state),
        ),
      },
      metadata,
    );
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

  return async (principal: Principal, key: string | undefined, body: WorkIntentRequest) => {
    await caughtUp();
    const id = idFor(principal, key);
    const before = id === null ? null : await madeBefore(principal, id, body);
    return before ?? make(principal, id ?? ids.next(), body);
  };
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
