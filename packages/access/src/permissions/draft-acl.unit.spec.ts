import { describe, expect, it } from 'vitest';
import { principalKey } from '../acl/acl.ts';
import { draftAcl } from './draft-acl.ts';
import { parseWorkflow } from './parse-workflow.ts';

function draftOf(permissions: string, more = '') {
  const parsed = parseWorkflow(`workflow: { work: { assign: worker, permissions: ${permissions} } ${more} }`);
  const phase = parsed.ok ? parsed.workflow.phases[0] : undefined;
  if (!parsed.ok || !phase) throw new Error(JSON.stringify(parsed));
  const { defaultPolicy, defaultLevel, entries } = draftAcl(phase, parsed.workflow);
  const granted = entries.map(
    ({ principal, level, delegable }) =>
      `${principalKey(principal)} ${level}${delegable ? ` +${Object.values(delegable).join(' ')}` : ''}`,
  );
  return [defaultPolicy, defaultLevel, ...granted];
}

describe('the access list of a phase', () => {
  it.each([
    ['null', [null, 'read', 'agent:worker write']],
    ['open', ['open', 'read', 'agent:worker write']],
    ['{ default: write }', ['open', 'write', 'agent:worker write']],
    ['private', ['closed', 'read', 'agent:worker write']],
    ['restricted', ['closed', 'read', 'agent:worker write']],
    ['{ policy: scoped }', ['closed', 'read', 'agent:worker write']],
    ['{ policy: scoped, default: write }', ['open', 'write', 'agent:worker write']],
    ['[a]', ['closed', 'read', 'agent:a write']],
    ['[]', ['closed', 'read']],
    ['{ policy: private, allow: [{ agent: worker, level: read }] }', ['closed', 'read', 'agent:worker read']],
    [
      '{ policy: private, allow: [{ agent: a, grants: [read, delegate] }] }',
      ['closed', 'read', 'agent:a read +1', 'agent:worker write'],
    ],
    ['{ delegate: { allow: true, max_depth: 3 } }', ['open', 'read', 'agent:worker write +3']],
    ['{ delegate: { to: [c, b], level: write } }', ['open', 'read', 'agent:worker write +1 b,c write']],
    ['{ delegate: { to: [b], max_depth: 2 } }', ['open', 'read', 'agent:worker write +2 b read']],
    ['{ delegate: { allow: false } }', ['open', 'read', 'agent:worker write']],
  ])('%s', (permissions, expected) => {
    expect(draftOf(permissions)).toEqual(expected);
  });

  it('O-YML-15: keeps when an entry ends', () => {
    const expires = '2099-01-01T00:00:00.000Z';
    const text = `{ policy: private, allow: [{ agent: a, level: read, expires: "${expires}" }, { agent: b }] }`;
    const parsed = parseWorkflow(`workflow: { work: { assign: worker, permissions: ${text} } }`);
    const [phase] = parsed.ok ? parsed.workflow.phases : [];
    if (!parsed.ok || !phase) throw new Error(JSON.stringify(parsed));
    const ends = draftAcl(phase, parsed.workflow).entries.map(({ principal, expiresAt }) => [
      principal.id,
      expiresAt,
    ]);
    expect(ends).toEqual([
      ['a', expires],
      ['b', null],
      ['worker', null],
    ]);
  });

  it('gives the default of restricted to the agents of the workflow, and to nobody else', () => {
    const text = '{ policy: restricted, default: read, allow: [{ agent: a, level: write }] }';
    expect(draftOf(text, ', last: { assign: b }')).toEqual([
      'closed',
      'read',
      'agent:a write',
      'agent:worker write',
      'agent:b read',
    ]);
  });
});
