export type { FirstStart } from './authentication/first-start.ts';
export { createForwarding, type Forwarding } from './forwarding/forwarding.ts';
export { forwardingRoutes } from './forwarding/routes.ts';
export type { ForwardTargets, ServiceBehind } from './forwarding/service-behind.ts';
export type { Gateway, GatewayConfig, GatewayPorts } from './gateway.ts';
export { createGateway, gatewayPublications } from './gateway.ts';
export type { Lease, LeaseRegistry } from './killswitch/lease.ts';
export { createLeaseRegistry } from './killswitch/lease.ts';
