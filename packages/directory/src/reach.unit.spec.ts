import type { JsonObject } from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { type Reach, reachOf } from './reach.ts';
import { createLedger } from './testing/messages.ts';

const switchOn = (scope: string, target: string | null) => ({ kill_switch_id: 'k1', scope, target });

describe('the reach of a control event', () => {
  it.each<[string, string, JsonObject, Reach]>([
    ['a switch on an agent', 'killswitch.engaged', switchOn('agent', 'bot'), 'acme'],
    ['one on another organization', 'killswitch.effective', switchOn('organization', 'globex'), 'globex'],
    ['one on everything', 'killswitch.engaged', switchOn('all', null), null],
    ['roles', 'role.catalog.applied', {}, null],
    ['a catalog of plans', 'plan.catalog.applied', {}, null],
    ['a plan', 'plan.published', { slug: 'team' }, { plan: 'team' }],
    ['another plan of an organization', 'organization.plan_changed', { plan: 'team' }, 'acme'],
    ['any other event', 'tool.declared', { name: 'delete' }, 'acme'],
  ])('%s', (_, type, data, reach) => {
    expect(reachOf(createLedger().next(type, 'one', data))).toEqual(reach);
  });
});
