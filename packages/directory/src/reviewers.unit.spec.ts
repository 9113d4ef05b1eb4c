import {
  type AclState,
  effectiveLevel,
  heldBy,
  type Level,
  NOTHING_HELD,
  recordOf,
} from '@countersign/access';
import type { JsonObject } from '@countersign/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAccessReviews } from './access-reviews.ts';
import { createAclBoard } from './acl-board.ts';
import { createDirectory } from './directory.ts';
import { createReviewers } from './reviewers.ts';
import { createLedger, timeAt } from './testing/messages.ts';

const INTENT = { kind: 'intent', id: 'one' } as const;
const NAMESPACE = { kind: 'namespace', id: 'finance' } as const;
const MAKER = { kind: 'agent', id: 'maker' } as const;
const BOB = { kind: 'user', id: 'bob' } as const;
const NOW = Date.parse(timeAt(1_000));

/** A work intent in a namespace, and what is told of them. */
function createWorld() {
  const { next } = createLedger();
  const [lists, reviews, directory] = [createAclBoard(), createAccessReviews(), createDirectory()];
  const tell = (type: string, subject: string, data: JsonObject) => {
    const message = next(type, subject, data);
    for (const { apply } of [lists, reviews, directory]) apply(message);
  };
  const listed = ({ entries = [], defaultPolicy = null }: Partial<AclState>) =>
    tell('acl.created', 'access-acme:intent:one', {
      ...{ resource: INTENT, namespace: NAMESPACE.id, creator: MAKER, by: MAKER },
      ...{ default_policy: defaultPolicy, default_level: 'read', entries: entries.map(recordOf) },
    } as never);
  const reviewed = (resource: typeof INTENT | typeof NAMESPACE, on_request: string, ...approvers: string[]) =>
    tell('accessreview.set', `accessreview-acme:${resource.kind}:${resource.id}`, {
      ...{ resource: { ...resource }, on_request, approvers, timeout_hours: 4, by: { ...BOB } },
    });
  return { tell, listed, reviewed, lists, reviewers: createReviewers({ lists, reviews, directory }) };
}

describe('the review of a namespace', () => {
  it('lets in unasked, and lets answer, nobody of whom the list of a work intent speaks itself', () => {
    const principals = [BOB, { kind: 'group', id: 'crew' }, { kind: 'agent', id: 'bob' }] as const;
    const entries = fc.array(
      fc.record({
        principal: fc.constantFrom(...principals),
        level: fc.constantFrom<Level>('read', 'write', 'admin'),
        expiresAt: fc.constantFrom(null, timeAt(999), timeAt(1_001)),
      }),
      { maxLength: 4 },
    );
    const policy = fc.constantFrom('open', 'closed', null);
    fc.assert(
      fc.property(entries, policy, fc.boolean(), fc.boolean(), (drafts, defaultPolicy, isMember, isOwn) => {
        const { tell, listed, reviewed, lists, reviewers } = createWorld();
        const members = isMember ? [{ ...BOB }] : [];
        tell('group.registered', 'group-acme:crew', { group_id: 'crew', members, by: { ...MAKER } });
        const dated = { grantedBy: MAKER, grantedAt: timeAt(0), delegable: null, parent: null };
        listed({ entries: drafts.map((one, n) => ({ ...one, ...dated, id: `e${n}` })), defaultPolicy });
        reviewed(NAMESPACE, 'approve', 'bob');
        if (isOwn) reviewed(INTENT, 'approve', 'user:bob');
        // The list says something itself where it makes no difference what holds above.
        const acl = lists.get('acme', INTENT) as AclState;
        const by = (fallback: Level | null) =>
          effectiveLevel(acl, BOB, isMember ? ['crew'] : [], NOW, fallback);
        const isLeft = by(null) === null && by('admin') === 'admin';
        expect(reviewers.reviewFor('acme', INTENT, BOB, NOW).on_request === 'approve').toBe(isOwn || isLeft);
        expect(reviewers.isApprover('acme', INTENT, BOB, NOW)).toBe(isOwn || isLeft);
        const unlisted = {
          principal: { kind: 'agent', id: 'other' },
          groups: [],
          administersAll: false,
        } as const;
        const held = heldBy(acl, { ...unlisted, fallback: { ...NOTHING_HELD, level: 'admin' } }, NOW);
        expect(reviewers.reviewOf('acme', INTENT).on_request).toBe(
          isOwn || held.level === 'admin' ? 'approve' : 'defer',
        );
      }),
    );
  });
});

describe('whom reviews name', () => {
  it.each([
    ['bob', BOB, true],
    ['user:bob', BOB, true],
    ['agent:bob', BOB, false],
    ['role:bob', BOB, false],
    ['bobby', BOB, false],
    ['bob', { kind: 'agent', id: 'bob' }, false],
    ['agent:bob', { kind: 'agent', id: 'bob' }, true],
  ] as const)('by %s is %o: %s', (approver, party, isNamed) => {
    const { reviewed, reviewers } = createWorld();
    reviewed(INTENT, 'defer', 'olga', approver);
    expect(reviewers.names('acme', party)).toBe(isNamed);
    expect(reviewers.names('globex', party)).toBe(false);
  });

  it('is whom they name now, and nobody who was removed since', () => {
    const { reviewed, tell, reviewers } = createWorld();
    reviewed(INTENT, 'defer', 'bob');
    reviewed(NAMESPACE, 'defer', 'user:bob');
    reviewed(INTENT, 'defer', 'olga');
    expect(reviewers.names('acme', BOB)).toBe(true);
    tell('user.removed', 'user-acme:bob', { user_id: 'bob', by: { ...MAKER } });
    expect(reviewers.names('acme', BOB)).toBe(false);
    reviewed(INTENT, 'defer', 'bob');
    expect(reviewers.names('acme', BOB)).toBe(true);
    reviewed(INTENT, 'defer');
    expect(reviewers.names('acme', BOB)).toBe(false);
  });
});
