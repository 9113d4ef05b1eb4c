import type { Principal } from '@countersign/access';
import {
  type GovernancePolicy,
  type JsonObject,
  MAX_STATE_CHARS,
  problem,
  type StatePatch,
} from '@countersign/contracts';
import { isProblem } from '@countersign/http';
import { actorOf, answered, edgeMetadata, personal, timeOf } from '@countersign/service';
import type { Admitted } from '../access/gate.ts';
import { electorate } from '../governance/electorate.ts';
import type { Electorate } from '../governance/judge.ts';
import { violationIn } from '../governance/refusals.ts';
import { effective } from '../governance/state.ts';
import { approvalsOf } from '../governance/views.ts';
import { withExisting } from '../lease/conflict.ts';
import { isHolder } from '../lease/judge.ts';
import { createAdmit } from './admit.ts';
import type { WorkIntentCommand } from './decide.ts';
import type { WorkIntentRouteDependencies } from './dependencies.ts';
import type { Status } from './events.ts';
import { applyPatches } from './patches.ts';
import { invalid, isTooLong, stale } from './refusals.ts';
import { etagOf, intentShown, stateOf, workIntentStream } from './shown.ts';
import type { WorkIntentRow } from './view.ts';

/** Changes of the version that the caller has read. */
export function createChanging(deps: WorkIntentRouteDependencies) {
  const { service, workIntents, governanceRights, leases, open, findIntent, caughtUp } = deps;
  const { disclose, views, clock } = service;
  const admit = createAdmit(deps);

  /** Handles a change of a version and answers the intent after it. */
  const change = async (principal: Principal, row: WorkIntentRow, command: WorkIntentCommand) => {
    const { organization } = principal;
    const stream = workIntentStream(organization, row.id);
    const handled = await workIntents.handle(stream, command, edgeMetadata(service, { organization }));
    const answer = await answered(handled, async ({ events, position }) => {
      const violation = violationIn(events);
      if (violation) return violation;
      await caughtUp(position);
      const changed = (await findIntent(organization, row.id)) ?? row;
      const body = await intentShown(open, changed);
      return { status: 200, body, headers: etagOf(body) } as const;
    });
    if (!isProblem(answer) || answer.code !== 'version_conflict') return answer;
    await caughtUp();
    return stale((await findIntent(organization, row.id)) ?? row);
  };

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
    const paths = patches.map(({ path }) => path);
    const answer = await change(principal, row, {
      kind: 'change-state',
      intentId: id,
      version,
      paths,
      time: timeOf(clock),
      ...writer(principal, admitted),
      personal: personal(principal.id, disclose('patches', patches as never), disclose('state', state)),
    });
    if (!isProblem(answer) || answer.code !== 'lease_conflict') return answer;
    await caughtUp();
    const others = leases.of(principal.organization, id).filter((one) => !isHolder(one, principal));
    return withExisting(answer, others, paths, timeOf(clock));
  };

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
      hasReason: reason !== undefined,
      electorate: to === 'completed' ? await electorateOf(row, admitted) : NOBODY,
      ...writer(principal, admitted),
      personal: personal(principal.id, disclose('reason', reason ?? null)),
    });
  };

  const changeGovernance = async (
    principal: Principal,
    id: string,
    version: number,
    policy: GovernancePolicy | null,
  ) => {
    const admitted = await admit(principal, id, 'admin');
    if (isProblem(admitted)) return admitted;
    const { row } = admitted;
    if (row.version !== version) return stale(row);
    const { organization } = principal;
    await caughtUp();
    const assigned = leases
      .of(organization, id)
      .map(({ holder }) => holder)
      .filter((holder) => governanceRights.isAssigned(organization, admitted.acl, holder));
    const by = actorOf(principal);
    return change(principal, row, { kind: 'set-governance', intentId: id, version, policy, assigned, by });
  };

  const writer = (principal: Principal, { acl, granter }: Admitted) => ({
    by: actorOf(principal),
    isAssigned: governanceRights.isAssigned(principal.organization, acl, granter.principal),
  });

  /** By whom a completion may be carried now, where it has to be. */
  const electorateOf = async (row: WorkIntentRow, { acl }: Admitted): Promise<Electorate> => {
    if (effective(row.governance_policy ?? null).completion_mode === 'auto') return NOBODY;
    return electorate(
      governanceRights,
      acl,
      row,
      await approvalsOf(views, row.organization, row.id, 'approved'),
    );
  };

  return { changeState, changeStatus, changeGovernance };
}

const NOBODY: Electorate = { agents: 0, standing: [] };

/** `{erased: true}` may as well be what somebody wrote: it is then a state like any other, and no less right to refuse. */
function isErased(state: JsonObject): boolean {
  return state.erased === true && Object.keys(state).length === 1;
}
