export type { FirstStart } from './authentication/first-start.ts';
export type { Gateway, GatewayConfig, GatewayPorts } from './gateway.ts';
export { createGateway, gatewayPublications } from './gateway.ts';
export type { Lease, LeaseRegistry } from './killswitch/lease.ts';
export { createLeaseRegistry } from './killswitch/lease.ts';
export type { StoredLeases, StoredLeasesOptions } from './killswitch/stored-leases.ts';
export { createStoredLeases } from './killswitch/stored-leases.ts';
