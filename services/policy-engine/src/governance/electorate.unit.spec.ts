import type { AclState } from '@countersign/access';
import { describe, expect, it } from 'vitest';
import { electorate } from './electorate.ts';
import type { ApprovalRow } from './views.ts';

const agent = (id: string) => ({ kind: 'agent', id }) as const;
const acl: AclState = {
  resource: { kind: 'intent', id: 'i' },
  creator: agent('creator'),
  namespace: null,
  defaultPolicy: 'closed',
  defaultLevel: 'read',
  entries: [],
};
const approved = (id: string, by: string, decided: number, action = 'complete'): ApprovalRow => ({
  ...{ id, organization: 'acme', intent: 'acme:i', intent_id: 'i', action, status: 'approved' },
  ...{ requested_by: agent('worker'), decided_by: agent(by), decided_at: '2026-11-21T09:00:00.000Z' },
  ...{ decided, created_at: '2026-11-21T09:00:00.000Z', sequence: decided },
});
const OWNERS: Record<string, string> = { ann: 'olga', anna: 'olga', worker: 'wanda', own: 'wanda' };

/** Who carries a completion that takes that many of ten agents, and into which answers it was looked. */
async function carry(rows: readonly ApprovalRow[], required: number, ...fallen: string[]) {
  const lookedInto: (string | number)[][] = [];
  const governanceRights = {
    assignedAgents: () => 10,
    personBehind: (_: string, { id }: { readonly id: string }) => OWNERS[id] ?? id,
    holdsSince: async (...[, , { id }, , since]: [string, AclState, { id: string }, string, number]) => {
      lookedInto.push([id, since]);
      return !fallen.includes(id);
    },
  };
  const policy = { completion_mode: 'quorum', quorum_threshold: required / 10 } as const;
  const since = { policy: 5, work: 10 };
  const intent = { organization: 'acme', governance_policy: policy, approvals_since: since };
  const { standing: carriers } = await electorate(governanceRights, acl, intent, rows);
  return { carriers: carriers.map(({ id }) => id), lookedInto };
}

describe('the electorate of a completion', () => {
  it('looks into nothing that could not count', async () => {
    const rows = [
      approved('old', 'ben', 9),
      approved('deploy', 'ben', 11, 'deploy'),
      approved('own', 'own', 12),
      approved('first', 'cem', 13),
    ];
    expect(await carry(rows, 3)).toEqual({ carriers: ['first'], lookedInto: [['cem', 13]] });
  });

  it('looks into the newest answer of each approver, and no more of a person that stands', async () => {
    const many = Array.from({ length: 500 }, (_, at) => approved(`c${at}`, 'cem', 20 + at));
    const rows = [...many, approved('a', 'ann', 600), approved('b', 'anna', 601), approved('d', 'dee', 602)];
    expect(await carry(rows, 5)).toEqual({
      carriers: ['c499', 'a', 'd'],
      lookedInto: [
        ['cem', 519],
        ['ann', 600],
        ['dee', 602],
      ],
    });
    // By another agent of the same person, where the first has lost the right.
    expect((await carry(rows, 5, 'ann')).carriers).toEqual(['c499', 'b', 'd']);
  });

  it('looks no further than it needs', async () => {
    const rows = ['ann', 'ben', 'cem', 'dee'].map((by, at) => approved(by, by, 20 + at));
    expect((await carry(rows, 2)).lookedInto).toEqual([
      ['ann', 20],
      ['ben', 21],
    ]);
  });
});
