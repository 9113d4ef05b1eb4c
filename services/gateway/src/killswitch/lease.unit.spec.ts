import { manualClock } from '@countersign/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLeaseRegistry, LEASE_MS } from './lease.ts';

afterEach(() => {
  vi.useRealTimers();
});

function registry() {
  const clock = manualClock();
  const leases = createLeaseRegistry(clock.nowMs);
  const join = () => leases.join(() => 0);
  const known = (position: number) => leases.whenAcknowledged('switches', position, 0);
  return { clock, leases, join, known };
}

describe('a lease', () => {
  it('holds from its first renewal to its end', () => {
    const { clock, join } = registry();
    const lease = join();
    expect(lease.holds()).toBe(false);
    lease.renew();
    clock.advance(LEASE_MS - 1);
    expect(lease.holds()).toBe(true);
    clock.advance(1);
    expect(lease.holds()).toBe(false);
  });

  it('lapses unless it is renewed, also where the time of day is set back or forth', () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] });
    const lease = createLeaseRegistry().join(() => 0);
    lease.renew();
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersByTime(LEASE_MS - 1);
    expect(lease.holds()).toBe(true);
    vi.setSystemTime(Date.now() - 7_200_000);
    vi.advanceTimersByTime(1);
    expect(lease.holds()).toBe(false);
  });

  it('is not renewed by what the gateway has seen: more may wait to be seen', () => {
    const lease = registry().join();
    lease.acknowledge({ switches: 7 });
    expect(lease.holds()).toBe(false);
  });
});

describe('a registry of leases', () => {
  it('has a switch acknowledged when every living lease has', async () => {
    const { join, known } = registry();
    const [one, two] = [join(), join()];
    one.renew();
    two.renew();
    one.acknowledge({ switches: 7 });
    two.acknowledge({ switches: 6 });
    expect(await known(7)).toBe(false);
    expect(known(6)).toBe(true);
    two.acknowledge({ switches: 7 });
    expect(known(7)).toBe(true);
  });

  it('tells who waits at once when the last one acknowledges', async () => {
    const { leases, join } = registry();
    const lease = join();
    lease.renew();
    const waiting = leases.whenAcknowledged('switches', 7, 1_000_000);
    lease.acknowledge({ switches: 7 });
    expect(await waiting).toBe(true);
  });

  it('tells switches and control events apart', async () => {
    const { leases, join } = registry();
    const lease = join();
    lease.renew();
    lease.acknowledge({ control: 7 });
    expect(await leases.whenAcknowledged('switches', 7, 0)).toBe(false);
    expect(leases.whenAcknowledged('control', 7, 0)).toBe(true);
  });

  it('counts no lease that has lapsed: its gateway refuses', async () => {
    const { clock, join, known } = registry();
    join().renew();
    clock.advance(LEASE_MS - 1);
    expect(await known(7)).toBe(false);
    clock.advance(1);
    expect(known(7)).toBe(true);
  });

  it('forgets no acknowledgement for an older one', () => {
    const { join, known } = registry();
    const lease = join();
    lease.renew();
    lease.acknowledge({ switches: 9 });
    lease.acknowledge({ switches: 3 });
    expect(known(9)).toBe(true);
  });
});
