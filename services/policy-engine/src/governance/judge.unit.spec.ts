import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Actor } from '../policy/events.ts';
import { completion, quorum } from './judge.ts';
import { type Approval, effective } from './state.ts';

/** By whole numbers, so that nothing is rounded: the least n with n * 100 >= agents * hundredths. */
function counted(agents: number, hundredths: number): number {
  let least = 1;
  while (least * 100 < agents * hundredths) least += 1;
  return least;
}

describe('O-GVN-5: a quorum', () => {
  it('of three agents at the default of 0.6 is two', () => {
    expect(quorum(3, effective(null).quorum_threshold)).toBe(2);
  });

  it('is never a little more or less than the part that was asked for', () => {
    const agents = fc.integer({ min: 1, max: 1_000 });
    const hundredths = fc.integer({ min: 1, max: 100 });
    fc.assert(
      fc.property(agents, hundredths, (n, part) => {
        expect(quorum(n, part / 100)).toBe(counted(n, part));
      }),
      { numRuns: 5_000 },
    );
  });

  it('of a tiny part is one, and of all is all', () => {
    expect([quorum(1, Number.MIN_VALUE), quorum(1_000, Number.MIN_VALUE), quorum(7, 1)]).toEqual([1, 1, 7]);
  });

  /** The agents `ann` and `ben` are of the user `ann`, the others of themselves. */
  const personOf = (who: Actor | null | undefined): string => {
    const isHers = who?.kind === 'agent' && ['ann', 'ben'].includes(who.id);
    return isHers ? 'user:ann' : `${who?.kind}:${who?.id}`;
  };
  const approver = fc.constantFrom('ann', 'ben', 'cem', 'dee');
  const approval: fc.Arbitrary<Approval> = fc.record({
    action: fc.constantFrom('complete', 'complete', 'deploy'),
    requestedBy: approver.map((id) => ({ kind: 'agent', id }) as const),
    status: fc.constantFrom('approved', 'approved', 'pending', 'denied', 'expired'),
    decidedBy: fc.option(fc.record({ kind: fc.constantFrom('agent', 'user'), id: approver }), { freq: 8 }),
  });

  it('counts people, not approvals nor agents, and only those that stand, for completing, of somebody else', () => {
    const given = fc.record({
      approvals: fc.array(approval, { maxLength: 8 }),
      standing: fc.uniqueArray(fc.integer({ min: 0, max: 7 })),
      agents: fc.integer({ min: 0, max: 6 }),
      hundredths: fc.integer({ min: 1, max: 100 }),
      mode: fc.constantFrom('quorum', 'require_approval'),
    });
    fc.assert(
      fc.property(given, ({ approvals, standing, agents, hundredths, mode }) => {
        const policy = effective({ completion_mode: mode, quorum_threshold: hundredths / 100 });
        const named = new Map(approvals.map((one, at) => [`a${at}`, one]));
        const behind = (id: string) => ({
          asking: personOf(named.get(id)?.requestedBy),
          answering: personOf(named.get(id)?.decidedBy),
        });
        const ids = standing.map((at) => `a${at}`).filter((id) => named.get(id)?.decidedBy);
        const electorate = { agents, standing: ids.map((id) => ({ id, persons: behind(id) })) };
        const outcome = completion(policy, named, electorate);

        const approvers = new Set<string>();
        for (const [at, { action, status, requestedBy, decidedBy }] of approvals.entries()) {
          const own = personOf(requestedBy);
          const who = decidedBy && personOf(decidedBy);
          const counts = action === 'complete' && status === 'approved' && standing.includes(at);
          if (counts && who !== null && who !== own) approvers.add(who);
        }
        const required = mode === 'quorum' ? counted(agents, hundredths) : 1;
        const isEnough = approvers.size >= required && !(mode === 'quorum' && agents === 0);
        if ('rule' in outcome) expect(isEnough).toBe(false);
        else {
          expect(isEnough).toBe(true);
          expect(outcome).toHaveLength(required);
          expect(new Set(outcome.map((id) => behind(id).answering)).size).toBe(required);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
