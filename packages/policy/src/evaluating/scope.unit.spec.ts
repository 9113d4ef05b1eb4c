import { describe, expect, it } from 'vitest';
import { CALM_CALL } from '../spec/calls.ts';
import { ORGANIZATION, PROJECT, WORKSPACE } from '../spec/policies.ts';
import { containsCall, scopeLevel } from './scope.ts';

describe('a scope', () => {
  it.each([
    [{}, 0],
    [ORGANIZATION, 1],
    [WORKSPACE, 2],
    [PROJECT, 3],
    [{ project: 'reports' }, 3],
    [{ organization: 'acme', workspace: undefined }, 1],
  ])('%o is of level %i', (scope, level) => {
    expect(scopeLevel(scope)).toBe(level);
  });

  it.each([
    [{}, true],
    [PROJECT, true],
    [{ workspace: 'office' }, true],
    [{ organization: 'other' }, false],
    [{ ...PROJECT, workspace: 'other' }, false],
  ])('%o contains the calm call: %s', (scope, expected) => {
    expect(containsCall(scope, CALM_CALL.scope)).toBe(expected);
  });

  it('can be unknown, but not where another fact already decides', () => {
    expect(containsCall(WORKSPACE, { organization: 'acme' })).toBe('unknown');
    expect(containsCall(WORKSPACE, undefined)).toBe('unknown');
    expect(containsCall(WORKSPACE, { workspace: 'other' })).toBe(false);
    expect(containsCall({}, undefined)).toBe(true);
  });
});
