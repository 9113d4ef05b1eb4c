export type { FirstStart } from './authentication/first-start.ts';
export type { Gateway, GatewayConfig, GatewayPorts } from './gateway.ts';
export { createGateway, gatewayPublications } from './gateway.ts';
export type { Intake } from './intake/intake.ts';
export type { IntentRefusal } from './intake/verdict.ts';
export type { Lease, LeaseRegistry } from './killswitch/lease.ts';
export { createLeaseRegistry } from './killswitch/lease.ts';
