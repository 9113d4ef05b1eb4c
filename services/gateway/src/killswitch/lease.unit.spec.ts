import { describe, expect, it } from 'vitest';
import { createLeaseRegistry, LEASE_MS } from './lease.ts';

const NOW = 1_000_000;

describe('a lease', () => {
  it('holds from its first renewal to its end', () => {
    const lease = createLeaseRegistry().join('gateway');
    expect(lease.holds(NOW)).toBe(false);
    lease.renew(NOW);
    expect(lease.holds(NOW + LEASE_MS - 1)).toBe(true);
    expect(lease.holds(NOW + LEASE_MS)).toBe(false);
  });

  it('is not renewed by what the gateway has seen: more may wait to be seen', () => {
    const lease = createLeaseRegistry().join('gateway');
    lease.acknowledge(7);
    expect(lease.holds(NOW)).toBe(false);
  });
});

describe('a registry of leases', () => {
  it('has a switch acknowledged when every living lease has', () => {
    const leases = createLeaseRegistry();
    const [one, two] = [leases.join('one'), leases.join('two')];
    one.renew(NOW);
    two.renew(NOW);
    one.acknowledge(7);
    two.acknowledge(6);
    expect(leases.acknowledged(7, NOW)).toBe(false);
    expect(leases.acknowledged(6, NOW)).toBe(true);
    two.acknowledge(7);
    expect(leases.acknowledged(7, NOW)).toBe(true);
  });

  it('counts no lease that has lapsed: its gateway refuses', () => {
    const leases = createLeaseRegistry();
    leases.join('gateway').renew(NOW);
    expect(leases.acknowledged(7, NOW + LEASE_MS - 1)).toBe(false);
    expect(leases.acknowledged(7, NOW + LEASE_MS)).toBe(true);
  });

  it('forgets no acknowledgement for an older one', () => {
    const leases = createLeaseRegistry();
    const lease = leases.join('gateway');
    lease.renew(NOW);
    lease.acknowledge(9);
    lease.acknowledge(3);
    expect(leases.acknowledged(9, NOW)).toBe(true);
  });
});
