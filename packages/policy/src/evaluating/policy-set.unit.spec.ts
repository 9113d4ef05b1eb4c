import { describe, expect, it } from 'vitest';
import { policyDigest } from '../digest.ts';
import { active, loaded, PROJECT, policy, rule } from '../spec/policies.ts';
import { compilePolicySet } from './policy-set.ts';

const TEXT = `policy: base
schema: call/1
rules:
  - id: a
    match: { tools: [b, a] }
    effect: allow
`;

describe('the digest of a policy', () => {
  it('is SHA-256 over its canonical JSON', () => {
    expect(policyDigest(loaded(TEXT))).toBe(
      'sha256:f148622dd273377004cfe4675bda9babd4b77da9611d2ae2e351a7e9c45e6c3f',
    );
  });
  it('does not depend on layout, comments or the order of keys and selectors', () => {
    const other =
      '# why\nschema: "call/1"\nrules: [{ effect: allow, id: a, match: { tools: [a, b] } }]\npolicy: base\n';
    expect(policyDigest(loaded(other))).toBe(policyDigest(loaded(TEXT)));
  });
  it('changes with the meaning', () => {
    expect(policyDigest(loaded(TEXT.replace('allow', 'deny')))).not.toBe(policyDigest(loaded(TEXT)));
  });
});

describe('the digest of a policy set', () => {
  const one = active(policy('one', rule('a', 'allow')));
  const two = active(policy('two', rule('a', 'deny')), { scope: PROJECT });
  const digest = compilePolicySet([one, two]).digest;

  it('does not depend on the order of activations, or on keys without a value', () => {
    expect(compilePolicySet([two, one]).digest).toBe(digest);
    expect(compilePolicySet([{ ...one, scope: { ...one.scope, project: undefined } }, two]).digest).toBe(
      digest,
    );
  });
  it.each([
    ['a policy', [one]],
    ['a version', [{ ...one, policy: policy('one', rule('a', 'deny')) }, two]],
    ['a mode', [{ ...one, mode: 'shadow' as const }, two]],
    ['a scope', [one, { ...two, scope: {} }]],
    ['a floor', [{ ...one, floor: true }, two]],
  ])('changes with %s', (_what, activations) => {
    expect(compilePolicySet(activations).digest).not.toBe(digest);
  });
});
