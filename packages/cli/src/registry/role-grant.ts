import type { Role, Scope } from '@countersign/sdk';
import { InvalidArgumentError } from 'commander';

/** A role in a scope. */
export interface RoleGrant {
  readonly scope: Scope;
  readonly role: Role;
}

const KINDS: readonly string[] = ['organization', 'workspace', 'project'];

/** For `--role operator@organization:default`, which may be given several times. The server knows the roles. */
export function roleGrants(text: string, before: readonly RoleGrant[] = []): readonly RoleGrant[] {
  const [, role, scope] = /^([^@]+)@(.+)$/.exec(text) ?? [];
  if (role === undefined || scope === undefined) {
    throw new InvalidArgumentError('give a role and where it holds, such as operator@organization:default');
  }
  return [...before, { scope: scopeOf(scope), role: role as Role }];
}

/** For a scope such as `project:billing`. */
export function scopeOf(text: string): Scope {
  const [, kind, id] = /^([a-z]+):(.+)$/.exec(text) ?? [];
  if (kind === undefined || !KINDS.includes(kind)) {
    throw new InvalidArgumentError(`give a scope as ${KINDS.map((known) => `${known}:<id>`).join(', ')}`);
  }
  return { [kind]: id };
}

/** A scope as it is written on the command line. */
export function scopeText(scope: Scope): string {
  return Object.entries(scope)
    .map(([kind, id]) => `${kind}:${id}`)
    .join(' ');
}
