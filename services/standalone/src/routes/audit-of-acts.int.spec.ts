import { readFileSync } from 'node:fs';
import { type OperationId, type RouteDefinition, routes } from '@countersign/contracts';
import { ownerKeyFile, readOwnerKey } from '@countersign/hosting';
import { describe, expect, it } from 'vitest';
import { installToKeep } from '../testing/installed.ts';

const OWNER = { kind: 'user', id: 'owner' };

/** What calls do to calls, and what is decided of them: recorded as calls, not as acts of administration. */
const OF_CALLS: readonly OperationId[] = [
  'announceToolCall',
  'reportOutcome',
  'verifyPermit',
  'redeemPermit',
  'decideApproval',
  'reportUsage',
];
/** Changes nothing although it is sent a body. */
const OF_NOTHING: readonly OperationId[] = ['testPolicy', 'checkEntitlement'];
/** Acts on every organization whose plan has a retention, each an event there; here no plan has one. */
const OF_RETENTION: readonly OperationId[] = [
  'flushTraces',
  'flushEvents',
  'flushSpansOfAgenta',
  'flushEventsOfAgenta',
];
/** Acts on what waits at a processor, and records that there; there is nothing to retry here. */
const OF_PROCESSORS: readonly OperationId[] = ['retryDeadLetter', 'retryParked'];

const EXAMPLE = new URL('../../../../examples/policies/', import.meta.url);
const POLICY = {
  policy: readFileSync(new URL('stay-inside.policy.yaml', EXAMPLE), 'utf8'),
  tests: readFileSync(new URL('stay-inside.policy.tests.yaml', EXAMPLE), 'utf8'),
};
const PUBLIC_KEY = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
const ROLES = [{ scope: { organization: 'default' }, role: 'viewer' }];
const reason = { reason: 'a test' };

type Answers = Readonly<Record<string, { readonly id: string; readonly key: string }>>;

/** An act that succeeds, made after those before it; `events`: how many it is, where it is more than one. */
interface Act {
  readonly operation: OperationId;
  readonly params?: (answers: Answers) => Readonly<Record<string, string>>;
  readonly body?: object;
  readonly events?: number;
}

const id = (value: string) => () => ({ id: value });

const ACTS: readonly Act[] = [
  { operation: 'putUser', params: id('alice'), body: { roles: ROLES } },
  { operation: 'putGroup', params: id('finance'), body: { members: [{ kind: 'user', id: 'alice' }] } },
  { operation: 'removeGroup', params: id('finance') },
  { operation: 'putWorkspace', params: id('research'), body: {} },
  { operation: 'putProject', params: id('apollo'), body: { workspace: 'research' } },
  { operation: 'putAgent', params: id('bot'), body: {} },
  {
    operation: 'putAgentAccess',
    params: id('bot'),
    body: { default_permission: 'read', approval_required: true },
  },
  { operation: 'putAccessHandler', params: id('gate'), body: { url: 'https://gate.example.com/' } },
  { operation: 'removeAccessHandler', params: id('gate') },
  { operation: 'disableAgent', params: id('bot'), body: reason },
  { operation: 'enableAgent', params: id('bot'), body: reason },
  { operation: 'addSigningKey', params: id('bot'), body: { public_key: PUBLIC_KEY } },
  {
    operation: 'revokeSigningKey',
    params: ({ addSigningKey }) => ({ id: 'bot', key: addSigningKey?.id ?? '' }),
  },
  {
    operation: 'putTool',
    params: () => ({ name: 'read-file' }),
    body: { description: 'Reads', input_schema: { type: 'object' }, action: 'read' },
  },
  { operation: 'withdrawTool', params: () => ({ name: 'read-file' }) },
  { operation: 'createInvitation', body: { user: 'ines', roles: ROLES } },
  { operation: 'revokeInvitation', params: ({ createInvitation }) => ({ id: createInvitation?.id ?? '' }) },
  { operation: 'createKey', body: { principal: { kind: 'user', id: 'alice' } } },
  { operation: 'rotateKey', params: ({ createKey }) => ({ id: createKey?.id ?? '' }), body: {}, events: 2 },
  { operation: 'revokeKey', params: ({ rotateKey }) => ({ id: rotateKey?.id ?? '' }) },
  { operation: 'removeUser', params: id('alice') },
  {
    operation: 'engageKillSwitch',
    body: { scope: 'agent', target: 'bot', drill: true, ...reason },
  },
  {
    operation: 'releaseKillSwitch',
    params: ({ engageKillSwitch }) => ({ id: engageKillSwitch?.id ?? '' }),
    body: reason,
  },
  { operation: 'putLegalHold', params: id('case'), body: reason },
  { operation: 'liftLegalHold', params: id('case') },
  { operation: 'putPlan', params: () => ({ slug: 'team' }), body: { description: 'A team' } },
  { operation: 'putRoles', body: { project: [{ role: 'reviewer', permissions: ['read'] }] } },
  { operation: 'createOrganization', body: { id: 'acme', plan: 'team' } },
  { operation: 'setOrganizationPlan', params: id('acme'), body: { plan: 'unlimited' } },
  { operation: 'putPolicy', params: id('stay-inside'), body: POLICY },
  { operation: 'activatePolicy', params: id('stay-inside'), body: { version: 1, mode: 'shadow' } },
  { operation: 'deactivatePolicy', params: id('stay-inside'), body: {} },
];

/** Written because of an act, not by it. */
const CONSEQUENCES = new Set(['meter', 'audit', 'checkpoint', 'lease']);
const BY_ITSELF = new Set(['kill-switch-effective.v1']);

describe('acts of administration', () => {
  it('are each an event that names who did it; refused ones are counted, by whom', async () => {
    const { installation, adapters, directory, close } = await installToKeep();
    await installation.start();
    const ask = async (key: string, { operation, params = () => ({}), body }: Act, answers: Answers) => {
      const { method, path } = routes[operation] as RouteDefinition;
      const values = params(answers);
      const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] || 'nothing');
      const answer = await installation.app.inject({
        method,
        url,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { payload: JSON.stringify(body) } : {}),
      });
      return { status: answer.statusCode, body: answer.payload === '' ? {} : answer.json() };
    };
    const ownerKey = readOwnerKey(ownerKeyFile(directory)) ?? '';
    const service = { kind: 'service', id: 'ci' };
    const { body: made } = await ask(ownerKey, { operation: 'createKey', body: { principal: service } }, {});

    const answers: { [operation: string]: { id: string; key: string } } = {};
    for (const act of ACTS) {
      const before = adapters.store.acceptedPosition;
      expect((await ask(made.key, act, answers)).status, act.operation).toBe(403);
      const { status, body } = await ask(ownerKey, act, answers);
      expect([act.operation, status < 300 ? 'done' : body]).toEqual([act.operation, 'done']);
      answers[act.operation] = body;
      await adapters.store.whenDurable(adapters.store.acceptedPosition);
      const { events } = await adapters.store.readPage({ after: before, limit: 1_000 });
      const acts = events
        .filter(
          ({ stream, type }) => !CONSEQUENCES.has(stream.split('-', 1)[0] ?? '') && !BY_ITSELF.has(type),
        )
        .map(({ data }) => (data.by ?? data.created_by ?? data.author) as { readonly kind: string })
        .filter((by) => by?.kind !== 'system');
      expect([act.operation, acts]).toEqual([act.operation, Array(act.events ?? 1).fill(OWNER)]);
    }

    await installation.app.close();
    await installation.close();
    const { events } = await adapters.store.readPage({ limit: 1_000, categories: ['audit'] });
    await close();
    const counted = events
      .filter(({ type }) => type.startsWith('audit-refusals'))
      .flatMap(({ data }) => data.refusals as readonly { by: unknown; what: string; count: number }[]);
    for (const { operation } of ACTS) {
      const { method, path } = routes[operation] as RouteDefinition;
      const what = `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
      expect(counted, what).toContainEqual(expect.objectContaining({ by: service, what, count: 1 }));
    }
  });

  it('are all asked about', () => {
    const all = Object.entries(routes as Readonly<Record<string, RouteDefinition>>)
      // What is done under OpenIntent's paths access lists decide, and their own specs say what is recorded.
      .filter(([, { method, surface }]) => method !== 'GET' && surface === undefined)
      .map(([operation]) => operation);
    const known = [
      ...ACTS.map(({ operation }) => operation),
      ...OF_CALLS,
      ...OF_NOTHING,
      ...OF_RETENTION,
      ...OF_PROCESSORS,
      // Told by whom it makes a user; its own specs say so.
      'acceptInvitation',
    ];
    expect([...known].sort()).toEqual(all.sort());
  });
});
