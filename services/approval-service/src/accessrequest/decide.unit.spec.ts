import { type AclEntry, type AclState, type Level, NOTHING_HELD } from '@countersign/access';
import type { Personal } from '@countersign/event-sourcing';
import { alwaysIdempotent, spec } from '@countersign/event-sourcing/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AccessRequestCommand,
  type Approve,
  type Automatic,
  accessRequest,
  type Open,
  type Settle,
  type Standing,
} from './decide.ts';
import type { AccessRequestEvent } from './events.ts';

const OPENED_AT = '2026-11-21T10:00:00.000Z';
const NOW = '2026-11-21T10:00:10.000Z';
const END = '2026-11-21T14:00:00.000Z';
const personal: Personal = { subject: 'olga', retention: 'standard', disclosures: [] };
const SYSTEM = { kind: 'system', id: 'countersign' } as const;
const OLGA = { kind: 'user', id: 'olga' } as const;
const asked = {
  request_id: 'r1',
  resource: { kind: 'intent', id: 'i1' },
  principal: { kind: 'agent', id: 'analyst' },
  requested_permission: 'write',
} as const;

const open = (automatic: Automatic | null = null): Open => ({
  kind: 'open',
  asked: {
    ...asked,
    review: { on_request: 'defer', approvers: [], timeout_hours: 4 },
    ...{ approval_required: false, handlers: [], timeout_ms: 14_400_000, expires_at: END },
  },
  automatic,
  time: OPENED_AT,
  personal,
});
const opened: AccessRequestEvent = { type: 'access-request-opened.v1', data: open().asked, personal };
const automatic = (
  answer: Automatic['outcome']['answer'],
  by: Automatic['outcome']['by'] = 'on_request',
  more: Partial<Automatic> = {},
): Automatic => ({ outcome: { answer, by }, entryId: 'e1', cause: null, handlers: [], ...more });

const entry = (id: string, given: Partial<AclEntry> = {}): AclEntry => ({
  ...{ id, principal: OLGA, level: 'admin', delegable: null, parent: null },
  ...{ grantedBy: OLGA, grantedAt: OPENED_AT, expiresAt: null },
  ...given,
});
/** What olga decides by: with these entries, her own or a group's of hers. */
const standing = (entries: readonly AclEntry[], more: Partial<Standing> = {}): Standing => ({
  acl: {
    ...{ resource: asked.resource, namespace: null, creator: { kind: 'agent', id: 'maker' } },
    ...{ defaultPolicy: null, defaultLevel: 'read', entries },
  } satisfies AclState,
  granter: { principal: OLGA, groups: ['chiefs'], fallback: NOTHING_HELD, administersAll: false },
  isApprover: false,
  ...more,
});
const holding = (level: Level | null, until: string | null = null) =>
  standing(level === null ? [] : [entry('own', { level, expiresAt: until })], { isApprover: true });
const approve = (more: Partial<Approve> = {}): Approve => ({
  kind: 'approve',
  by: OLGA,
  standing: standing([entry('own')]),
  denyRule: null,
  permission: undefined,
  expiresAt: undefined,
  entryId: 'e1',
  time: NOW,
  personal,
  ...more,
});
const deny = { kind: 'deny', by: OLGA, time: NOW, personal } as const;
const approved = (more: object = {}): AccessRequestEvent =>
  ({
    type: 'access-request-approved.v1',
    data: {
      ...asked,
      ...{ decided_by: 'approver', handlers: [], response_time_ms: 10_000, by: OLGA },
      ...{ permission: 'write', entry_id: 'e1', parent: null, expires_at: null },
      ...more,
    },
    personal,
  }) as AccessRequestEvent;
const denied: AccessRequestEvent = {
  type: 'access-request-denied.v1',
  data: {
    ...asked,
    ...{ decided_by: 'approver', handlers: [], response_time_ms: 10_000, by: OLGA, cause: null },
  },
  personal,
};
const expired: AccessRequestEvent = { type: 'access-request-expired.v1', data: asked };
const request = spec(accessRequest);

describe('a request for access', () => {
  it('is opened, and not a second time while it waits', () => {
    expect(accessRequest.decide(open(), accessRequest.initial)).toEqual([opened]);
    request.given(opened).when(open()).thenRejected('already_exists');
    for (const end of [approved(), denied, expired])
      request.given(opened, end).when(open()).thenRejected('already_decided');
  });

  it.each([
    ['approve', ['access-request-opened.v1', 'access-request-approved.v1']],
    ['deny', ['access-request-opened.v1', 'access-request-denied.v1']],
    ['defer', ['access-request-opened.v1']],
  ] as const)('is answered with %s in the append that opens it', (answer, types) => {
    const decided = accessRequest.decide(open(automatic(answer)), accessRequest.initial);
    expect((decided as readonly AccessRequestEvent[]).map(({ type }) => type)).toEqual(types);
  });

  it('is refused where a deny rule has come to hold, whoever says yes', () => {
    const decided_by = { by: SYSTEM, decided_by: 'deny_rule', cause: 'agent_disabled' };
    const { personal: _, ...event } = denied as AccessRequestEvent & { personal: Personal };
    const refused = { ...event, data: { ...event.data, ...decided_by } } as AccessRequestEvent;
    request
      .given(opened)
      .when(approve({ denyRule: 'agent_disabled' }))
      .then(refused);
    request
      .given(opened)
      .when(approve({ denyRule: 'agent_disabled', standing: holding('read') }))
      .thenRejected('forbidden');
  });

  it('says which deny rule refused it', () => {
    const [, refused] = accessRequest.decide(
      open(automatic('deny', 'deny_rule', { cause: 'killed' })),
      accessRequest.initial,
    ) as readonly AccessRequestEvent[];
    expect(refused).toMatchObject({ data: { by: SYSTEM, decided_by: 'deny_rule', cause: 'killed' } });
  });

  it('is settled by what the handlers came to, unless somebody was faster', () => {
    const settle: Settle = {
      kind: 'settle',
      automatic: automatic('approve', 'handler', { handlers: ['gatekeeper'] }),
      time: NOW,
    };
    const settled = { by: SYSTEM, decided_by: 'handler', handlers: ['gatekeeper'] };
    const { personal: _, ...event } = approved(settled) as AccessRequestEvent & { personal: Personal };
    request
      .given(opened)
      .when(settle)
      .then(event as AccessRequestEvent);
    request
      .given(opened)
      .when({ ...settle, automatic: automatic('defer', 'approver') })
      .thenNothing();
    request.given(opened, denied).when(settle).thenNothing();
    request
      .given(opened)
      .when({ ...settle, time: END })
      .thenNothing();
  });

  it('O-EP-7: is approved as it was asked, or with less, or for a while', () => {
    request.given(opened).when(approve()).then(approved());
    request
      .given(opened)
      .when(approve({ permission: 'read' }))
      .then(approved({ permission: 'read' }));
    const expiresAt = '2026-12-01T00:00:00.000Z';
    request
      .given(opened)
      .when(approve({ expiresAt }))
      .then(approved({ expires_at: expiresAt }));
  });

  it('is approved for no longer than who approves holds it', () => {
    const until = '2026-12-01T00:00:00.000Z';
    const guest = standing([entry('own', { expiresAt: until })]);
    request
      .given(opened)
      .when(approve({ standing: guest }))
      .then(approved({ expires_at: until }));
    request
      .given(opened)
      .when(approve({ standing: guest, expiresAt: '2026-12-01T00:00:00.001Z' }))
      .thenRejected('forbidden');
  });

  it.each([
    ['with more than was asked', approve({ permission: 'admin' }), 'invalid_request'],
    ['with more than who approves holds', approve({ standing: holding('read') }), 'forbidden'],
    ['by who holds nothing', approve({ standing: holding(null) }), 'forbidden'],
    ['by who neither administers nor reviews', approve({ standing: standing([]) }), 'forbidden'],
    ['until a moment that is over', approve({ expiresAt: NOW }), 'invalid_request'],
    ['by who asked', approve({ by: asked.principal }), 'self_approval'],
    ['at its end', approve({ time: END }), 'expired'],
  ])('is not approved %s', (_, command, code) => {
    request.given(opened).when(command).thenRejected(code);
  });

  const root = entry('root', { principal: { kind: 'user', id: 'nina' }, delegable: { maxDepth: 2 } });
  const delegated = (more: Partial<AclEntry> = {}) =>
    entry('delegated', { parent: 'root', delegable: { maxDepth: 1 }, ...more });
  const LATER = '2026-12-01T00:00:00.000Z';

  it.each([
    ['to them', OLGA],
    ['to a group of theirs', { kind: 'group', id: 'chiefs' } as const],
  ])('is, of who administers by what was delegated %s, a part of that and ends with it', (_, principal) => {
    const own = delegated({ principal, expiresAt: LATER });
    const before = entry('before', { principal: asked.principal, level: 'read', parent: 'delegated' });
    request
      .given(opened)
      .when(approve({ standing: standing([root, own, before]) }))
      .then(approved({ parent: 'delegated', expires_at: LATER }));
    for (const delegable of [null, { maxDepth: 1, to: ['writer'] }, { maxDepth: 1, level: 'read' as const }])
      request
        .given(opened)
        .when(approve({ standing: standing([root, { ...own, delegable }]) }))
        .thenRejected('forbidden');
  });

  it('is, of an approver, a part of what was delegated to them, whether or not they may hand it on', () => {
    const own = delegated({ level: 'write', delegable: null });
    request
      .given(opened)
      .when(approve({ standing: standing([root, own], { isApprover: true }) }))
      .then(approved({ parent: 'delegated' }));
    const more = entry('more', { level: 'write' });
    request
      .given(opened)
      .when(approve({ standing: standing([root, own, more], { isApprover: true }) }))
      .then(approved());
  });

  it.each([true, false])(
    'is not approved of what was delegated in another list (approver: %s)',
    (isApprover) => {
      const { acl, granter } = standing([]);
      const fallback = { level: 'admin', until: null, delegated: true } as const;
      request
        .given(opened)
        .when(approve({ standing: { acl, granter: { ...granter, fallback }, isApprover } }))
        .thenRejected('forbidden');
      request
        .given(opened)
        .when(
          approve({
            standing: {
              acl,
              granter: { ...granter, fallback: { ...fallback, delegated: false } },
              isApprover,
            },
          }),
        )
        .then(approved());
    },
  );

  it('O-EP-7, O-EP-8: is denied once, by somebody else than who asked', () => {
    request.given(opened).when(deny).then(denied);
    request
      .given(opened)
      .when({ ...deny, by: asked.principal })
      .thenRejected('self_approval');
    for (const command of [deny, approve()]) {
      request.given(opened, denied).when(command).thenRejected('already_decided');
      request.given(opened, approved()).when(command).thenRejected('already_decided');
      request.given(opened, expired).when(command).thenRejected('expired');
      request.given().when(command).thenRejected('not_found');
    }
  });

  it('expires at its end and not before, which is a no', () => {
    request.given(opened).when({ kind: 'expire', time: END }).then(expired);
    request.given(opened).when({ kind: 'expire', time: '2026-11-21T13:59:59.999Z' }).thenNothing();
    request.given(opened, denied).when({ kind: 'expire', time: END }).thenNothing();
  });
});

const level = fc.constantFrom<Level>('read', 'write', 'admin');
const time = fc.constantFrom(OPENED_AT, NOW, END);
const until = fc.constantFrom(null, '2026-11-22T00:00:00.000Z');
const anybody = fc.constantFrom<Approve['by']>(OLGA, asked.principal, { kind: 'user', id: 'analyst' });
const answers = fc.constantFrom<Automatic>(
  automatic('approve'),
  automatic('deny'),
  automatic('defer', 'approver'),
);
const approvals = fc
  .record({
    by: anybody,
    standing: fc.tuple(fc.option(level), until).map(([held, end]) => holding(held, end)),
    permission: fc.option(level, { nil: undefined }),
    expiresAt: fc.constantFrom(undefined, OPENED_AT, '2026-11-21T23:00:00.000Z', '2026-11-23T00:00:00.000Z'),
    time,
  })
  .map(approve);
const commands: fc.Arbitrary<AccessRequestCommand> = fc.oneof(
  fc.option(answers).map(open),
  fc.record({ kind: fc.constant('settle' as const), automatic: answers, time }),
  approvals,
  fc.record({ by: anybody, time }).map((more) => ({ ...deny, ...more })),
  time.map((at) => ({ kind: 'expire' as const, time: at })),
);

it('yields nothing the second time', () => alwaysIdempotent(accessRequest, commands));

it('never grants what was not asked, what the approver does not hold, to oneself, too late, or twice', () => {
  const order: readonly Level[] = ['read', 'write', 'admin'];
  fc.assert(
    fc.property(fc.array(commands, { maxLength: 8 }), (program) => {
      let state = accessRequest.initial;
      let ends = 0;
      for (const command of program) {
        const decided = accessRequest.decide(command, state);
        if ('rejected' in decided) continue;
        for (const event of decided) {
          state = accessRequest.evolve(state, event);
          if (event.type === 'access-request-opened.v1') continue;
          ends += 1;
          if (event.type !== 'access-request-approved.v1') continue;
          const { permission, expires_at } = event.data;
          expect(order.indexOf(permission)).toBeLessThanOrEqual(order.indexOf('write'));
          if (command.kind !== 'approve') continue;
          expect(command.time < END).toBe(true);
          expect(command.by).not.toEqual(asked.principal);
          const [own] = command.standing.acl.entries;
          expect(order.indexOf(permission)).toBeLessThanOrEqual(order.indexOf(own?.level as Level));
          if (own?.expiresAt) expect(String(expires_at) <= own.expiresAt).toBe(true);
          if (expires_at) expect(expires_at > command.time).toBe(true);
        }
      }
      expect(ends).toBeLessThanOrEqual(1);
    }),
  );
});
