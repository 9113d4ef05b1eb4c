import type { Principal } from '@countersign/access';
import type { Problem, RouteDefinition, Service } from '@countersign/contracts';
import type { UpstreamAnswer } from '@countersign/internal-http';

/** A service in a process of its own, behind the gateway. */
export type ServiceBehind = Exclude<Service, 'gateway'>;

/** Where each service is: the address of its instances. */
export type ForwardTargets = Readonly<Record<ServiceBehind, URL>>;

/** A request in the name of a principal. */
export interface ForwardedRequest {
  readonly principal: Principal;
  readonly method: RouteDefinition['method'];
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  /** A stream of events lasts; it takes no place of other requests. */
  readonly stream: boolean;
  readonly signal: AbortSignal;
}

/** The answer of a service, or why there is none. Whoever gets an answer reads its body or destroys it. */
export type AskService = (
  service: ServiceBehind,
  request: ForwardedRequest,
) => Promise<UpstreamAnswer | Problem>;
