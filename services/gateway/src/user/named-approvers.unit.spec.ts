import { describe, expect, it } from 'vitest';
import { callMessage } from '../testing/messages.ts';
import { createNamedApprovers } from './named-approvers.ts';

const published = (organization: string, text: string) => ({
  ...callMessage('policy.published', { position: 1, data: { text } }),
  organization,
});

describe('whom policies name', () => {
  it.each([
    ['in a flow list', 'obligations: { approvers: ["role:operator", "user:bob"] }'],
    ['bare', 'approvers: [role:operator, user:bob]'],
    ['in a block list', "approvers:\n  - 'user:bob'\n"],
  ])('is known, %s, in the organization of the policy', (_, text) => {
    const named = createNamedApprovers();
    named.apply(published('acme', text));
    expect(named.names('acme', { kind: 'user', id: 'bob' })).toBe(true);
    expect(named.names('acme', { kind: 'user', id: 'bo' })).toBe(false);
    expect(named.names('acme', { kind: 'agent', id: 'bob' })).toBe(false);
    expect(named.names('globex', { kind: 'user', id: 'bob' })).toBe(false);
  });

  it('is known everywhere by policies of the first organization, and stays so in later versions', () => {
    const named = createNamedApprovers();
    named.apply(published('default', 'approvers: ["user:bob"]'));
    named.apply(published('default', 'approvers: ["user:carol"]'));
    for (const id of ['bob', 'carol']) expect(named.names('globex', { kind: 'user', id })).toBe(true);
  });
});
