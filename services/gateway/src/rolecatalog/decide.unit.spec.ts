import { applyRolesOverlay, DEFAULT_ROLES, type RoleCatalog, rolesHash } from '@countersign/access';
import { alwaysIdempotent, spec } from '@countersign/event-sourcing/testing';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { type ApplyRoleCatalog, roleCatalog } from './decide.ts';
import type { ControlsSource, RoleCatalogApplied } from './events.ts';

const by = { kind: 'system', id: 'countersign' } as const;

function withEditor(permissions: readonly string[]): RoleCatalog {
  const applied = applyRolesOverlay(DEFAULT_ROLES, { editor: { permissions } });
  if (!applied.ok) throw new Error('not a catalog');
  return applied.value;
}

const READING = withEditor(['read']);
const apply = (source: ControlsSource, roles = DEFAULT_ROLES): ApplyRoleCatalog => ({
  kind: 'apply',
  source,
  roles,
  by,
});
const applied = (source: ControlsSource, roles = DEFAULT_ROLES): RoleCatalogApplied => ({
  type: 'role-catalog-applied.v1',
  data: { source, roles, hash: rolesHash(roles), by },
});

describe('a role catalog', () => {
  it('is applied at the first start, and by no other start that says the same', () => {
    spec(roleCatalog).given().when(apply('defaults')).then(applied('defaults'));
    spec(roleCatalog).given(applied('env', READING)).when(apply('env', READING)).thenNothing();
  });

  it('is applied again when it says something else, or comes from somewhere else', () => {
    spec(roleCatalog).given(applied('env')).when(apply('env', READING)).then(applied('env', READING));
    spec(roleCatalog).given(applied('env', READING)).when(apply('defaults')).then(applied('defaults'));
    spec(roleCatalog).given(applied('defaults')).when(apply('env')).then(applied('env'));
  });

  it('that was published stays until settings are given', () => {
    const published = applied('api', READING);
    spec(roleCatalog).given(published).when(apply('defaults')).thenNothing();
    spec(roleCatalog).given(published).when(apply('env')).then(applied('env'));
  });

  it('is not published where it is in force', () => {
    spec(roleCatalog).given(applied('env', READING)).when(apply('api', READING)).thenNothing();
  });

  it('decides nothing the second time', () => {
    alwaysIdempotent(
      roleCatalog,
      fc.record({
        source: fc.constantFrom<ControlsSource>('defaults', 'env', 'aliases', 'api'),
        roles: fc.constantFrom(DEFAULT_ROLES, READING, withEditor([])),
        kind: fc.constant('apply'),
        by: fc.constant(by),
      }),
    );
  });
});
