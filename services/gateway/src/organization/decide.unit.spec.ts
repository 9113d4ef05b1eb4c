import { alwaysIdempotent, spec } from '@countersign/event-sourcing/testing';
import { describe, it } from 'vitest';
import { commandsOfAnOrganization, createOrganization, OWNER } from '../testing/registration-commands.ts';
import { organization } from './decide.ts';
import type { OrganizationEvent } from './events.ts';

const created: OrganizationEvent = {
  type: 'organization-created.v1',
  data: createOrganization().organization,
};
const changeTo = (plan: string) => ({ kind: 'change-plan', plan, by: OWNER }) as const;

describe('an organization', () => {
  it('is created once', () => {
    spec(organization).given().when(createOrganization()).then(created);
    spec(organization).given(created).when(createOrganization()).thenRejected('already_exists');
  });

  it('changes its plan, and names the one before', () => {
    spec(organization)
      .given(created)
      .when(changeTo('unlimited'))
      .then({
        type: 'organization-plan-changed.v1',
        data: { organization_id: 'acme', plan: 'unlimited', previous: 'team', by: OWNER },
      });
  });

  it('that has the plan already changes nothing', () => {
    spec(organization).given(created).when(changeTo('team')).thenNothing();
  });

  it('that does not exist is not found', () => {
    spec(organization).given().when(changeTo('team')).thenRejected('not_found');
  });
});

it('decides nothing the second time, whatever came before', () => {
  alwaysIdempotent(organization, commandsOfAnOrganization);
});
