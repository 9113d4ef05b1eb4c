import { type Decider, type Rejection, reject } from '@countersign/event-sourcing';
import type { Actor } from '../toolcall/events.ts';
import type { OrganizationCreated, OrganizationEvent } from './events.ts';

/** Makes an organization; its calendar is fixed with it. */
export interface CreateOrganization {
  readonly kind: 'create';
  readonly organization: OrganizationCreated['data'];
}

interface ChangePlan {
  readonly kind: 'change-plan';
  readonly plan: string;
  readonly by: Actor;
}

/** Everything that can be asked of an organization. */
export type OrganizationCommand = CreateOrganization | ChangePlan;

/** An organization as far as its stream decides. */
export type Organization =
  | { readonly status: 'none' }
  | { readonly status: 'created'; readonly id: string; readonly plan: string };

function evolve(state: Organization, event: OrganizationEvent): Organization {
  switch (event.type) {
    case 'organization-created.v1':
      return { status: 'created', id: event.data.organization_id, plan: event.data.plan };
    case 'organization-plan-changed.v1':
      return state.status === 'created' ? { ...state, plan: event.data.plan } : state;
    default:
      return state;
  }
}

function decide(
  command: OrganizationCommand,
  state: Organization,
): readonly OrganizationEvent[] | Rejection<'not_found' | 'already_exists'> {
  if (command.kind === 'create') {
    if (state.status !== 'none') return reject('already_exists', `organization ${state.id} exists`);
    return [{ type: 'organization-created.v1', data: command.organization }];
  }
  if (state.status === 'none') return reject('not_found', 'there is no such organization');
  if (state.plan === command.plan) return [];
  return [
    {
      type: 'organization-plan-changed.v1',
      data: { organization_id: state.id, plan: command.plan, previous: state.plan, by: command.by },
    },
  ];
}

/** Made once; its plan changes. */
export const organization: Decider<
  Organization,
  OrganizationCommand,
  OrganizationEvent,
  'not_found' | 'already_exists'
> = { initial: { status: 'none' }, evolve, decide };
