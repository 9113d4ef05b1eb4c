import type { JsonObject } from '@countersign/event-sourcing';
import { beforeEach, describe, expect, it } from 'vitest';
import { startWork, type Work } from '../testing/work.ts';

const LEVELS = ['read', 'write', 'admin'] as const;

let work: Work;
let id: string;
beforeEach(async () => {
  work = await startWork();
  id = await work.intent();
});

type Doing = readonly [
  method: Parameters<Work['ask']>[1],
  path: string,
  body?: JsonObject | undefined,
  headers?: Record<string, string>,
];

const MATCH = { 'if-match': '1' };
const NO_ID = '00000000-0000-4000-8000-000000000000';
const PATCHES = { patches: [{ op: 'set', path: 'a', value: 1 }] };
const told = (event_type: string): Doing => ['POST', '/events', { event_type }];

/** What OpenIntent's RFC 11 lets each level do first, as far as it is there. */
const FIRST_WITH: { readonly [Level in (typeof LEVELS)[number]]: Readonly<Record<string, Doing>> } = {
  read: {
    'read it': ['GET', ''],
    'read its events': ['GET', '/events'],
    'read what is around it': ['GET', '/context'],
    'read what governs it': ['GET', '/governance'],
    'list its approvals': ['GET', '/approvals'],
    'read an approval': ['GET', '/approvals/{approval}'],
    'read its costs': ['GET', '/costs'],
    'list its leases': ['GET', '/leases'],
  },
  write: {
    'patch its state': ['POST', '/state', PATCHES, MATCH],
    'patch its state by PATCH': ['PATCH', '/state', PATCHES, MATCH],
    'tell an event': told('comment'),
    'read the own entries': ['GET', '/acl'],
    'ask for an approval': ['POST', '/approvals', { action: 'complete' }],
    'record a cost': ['POST', '/costs', { cost_type: 'tokens', amount: 1, unit: 'tokens' }],
    'take a lease': ['POST', '/leases', { scope: 'b', duration_seconds: 60 }],
    'renew its lease': ['PATCH', '/leases/{lease}', { duration_seconds: 60 }],
    'give its lease back': ['DELETE', '/leases/{lease}'],
  },
  admin: {
    'change its status': ['POST', '/status', { status: 'active' }, MATCH],
    'change its status by PATCH': ['PATCH', '/status', { status: 'active' }, MATCH],
    'replace its list': ['PUT', '/acl', { default_policy: 'open' }],
    'let somebody in': ['POST', '/acl/entries', { principal_id: 'late' }],
    'ask for arbitration': told('arbitration_requested'),
    'record a decision': told('decision_recorded'),
    'say what governs it': ['PUT', '/governance', { max_cost: 1 }, MATCH],
    'take away what governs it': ['DELETE', '/governance', undefined, MATCH],
    'approve what others ask for': ['POST', '/approvals/{approval}/approve'],
    'deny what others ask for': ['POST', '/approvals/{approval}/deny'],
    'read which context is shown': ['GET', '/context-rule'],
    'say which context is shown': ['PUT', '/context-rule', { context: 'none' }],
  },
};

const does = async (as: string, [method, path, body, headers]: Doing) => {
  const url = `/api/v1/intents/${id}${path}`;
  return work.engine.request(method, url, body, as, headers ?? {});
};

/** The same with what it is done to: an approval that another asked for, or a lease that the worker holds where it may. */
async function withIds([method, path, ...rest]: Doing): Promise<Doing> {
  const made = { approval: NO_ID, lease: NO_ID };
  for (const [name, as, body] of [
    ['approval', 'creator', { action: 'complete' }],
    ['lease', 'worker', { scope: 'a', duration_seconds: 60 }],
  ] as const) {
    if (!path.includes(`{${name}}`)) continue;
    const answer = await does(as, ['POST', `/${name}s`, body]);
    if (answer.status === 201) made[name] = String(answer.body.id);
  }
  return [method, path.replace('{approval}', made.approval).replace('{lease}', made.lease), ...rest];
}

const row = { read: 'O-PERM-1', write: 'O-PERM-2', admin: 'O-PERM-3' } as const;

describe.each(LEVELS)('%s', (needed) => {
  it.each(Object.entries(FIRST_WITH[needed]))(
    `${row[needed]}, O-PERM-4: and every level above it may %s, none below it`,
    async (_, doing) => {
      for (const level of LEVELS) {
        id = await work.intent();
        await work.grant(id, 'worker', level);
        const { status, body } = await does('worker', await withIds(doing));
        if (LEVELS.indexOf(level) >= LEVELS.indexOf(needed))
          expect([level, status < 300]).toEqual([level, true]);
        else
          expect([status, body]).toMatchObject([
            403,
            { required_permission: needed, current_permission: level },
          ]);
      }
    },
  );
});

it('O-PERM-3: a child is made by who administers its parent', async () => {
  for (const level of LEVELS) {
    id = await work.intent();
    await work.grant(id, 'worker', level);
    const { status } = await work.ask('worker', 'POST', '/intents', { title: 't', parent_intent_id: id });
    expect([level, status]).toEqual([level, level === 'admin' ? 201 : 403]);
  }
});

it('O-PERM-5: handing on goes with no level, and gives nothing by itself', async () => {
  const handOn = (as: string) => work.ask(as, 'POST', `/intents/${id}/delegate`, { agent_id: 'helper' });
  for (const level of LEVELS) {
    id = await work.intent();
    await work.grant(id, 'worker', level);
    expect([level, (await handOn('worker')).status]).toEqual([level, 403]);
    id = await work.intent();
    await work.grant(id, 'worker', level, { delegate: { max_depth: 1 } });
    expect([level, (await handOn('worker')).status]).toEqual([level, 201]);
    const written = await does('worker', ['POST', '/events', { event_type: 'comment' }]);
    expect([level, written.status]).toEqual([level, level === 'read' ? 403 : 201]);
  }
});

it.each([
  ['O-PERM-1: no attachments', 'GET', '/attachments'],
  ['O-PERM-1: no subscriptions of their own', 'GET', '/subscribe'],
  ['O-PERM-2: no attachments', 'POST', '/attachments'],
  ['O-PERM-3: no retry policy', 'PUT', '/retry-policy'],
  ['O-PERM-3: no arbitration', 'POST', '/arbitrate'],
  ['O-PERM-3: no record of decisions', 'POST', '/decisions'],
] as const)('%s: %s %s is not there, for its creator neither', async (_, method, path) => {
  const { status, body } = await does('creator', method === 'GET' ? [method, path] : [method, path, {}]);
  expect([status, body.error]).toEqual([404, 'not_found']);
});
