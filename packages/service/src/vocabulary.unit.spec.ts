import * as access from '@countersign/access';
import { permissions, planEntry } from '@countersign/contracts';
import { expect, it } from 'vitest';

it('the permissions of the contract are those of access, in the same order', () => {
  expect(permissions).toEqual(access.OWN_PERMISSIONS);
});

it('every name that a plan may use in access stands in the contract', () => {
  const all = <Key extends string, Value>(keys: readonly Key[], value: Value) =>
    Object.fromEntries(keys.map((key) => [key, value]));
  const counted = access.SCOPE_KINDS.flatMap((scope) =>
    access.PERIOD_KINDS.map((period) => ({ scope, period, retention: access.RETENTION_MINUTES[0] })),
  );
  const entry = {
    flags: all(access.FLAGS, true),
    counters: all(access.COUNTERS, counted),
    gauges: all(access.GAUGES, {}),
    throttles: access.THROTTLE_CATEGORIES.map((category) => ({
      mode: 'include',
      categories: [category],
      endpoints: access.ENDPOINT_METHODS.map((method) => [method, '/x']),
      bucket: { algorithm: access.THROTTLE_ALGORITHMS[0] },
    })),
  };
  expect(planEntry.safeParse(entry).error).toBeUndefined();
  expect(access.parsePlan(entry).ok).toBe(true);
});

it('a role that the contract takes is one that access reads', () => {
  const own = access.PERMISSIONS.filter((permission) => !access.concernsInstallation(permission));
  expect(access.parseRoles({ project: [{ role: 'all', permissions: own }] }).ok).toBe(true);
});
