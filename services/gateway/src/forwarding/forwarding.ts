import { type Problem, problem } from '@countersign/contracts';
import { createUpstream, isNotSent, type SignFor } from '@countersign/internal-http';
import type { ParkedSource } from '@countersign/service';
import type { Logger } from '@countersign/telemetry';
import { createInFlight } from './in-flight.ts';
import { createOutages } from './outages.ts';
import { createParkedElsewhere } from './parked-elsewhere.ts';
import type { AskService, ForwardTargets, ServiceBehind } from './service-behind.ts';

/** The other services, asked for whom the gateway has authenticated. */
export interface Forwarding {
  readonly ask: AskService;
  /** What is parked in each of the services, for `parkedRoutes`. */
  readonly parked: readonly ParkedSource[];
  close(): Promise<void>;
}

/** Forwards over connections that are kept, with a principal that the gateway signs for each request. */
export function createForwarding(options: {
  readonly targets: ForwardTargets;
  readonly sign: SignFor;
  readonly logger: Logger;
}): Forwarding {
  const { targets, sign, logger } = options;
  const upstream = createUpstream();
  const inFlight = createInFlight();
  const outages = createOutages(logger);

  const ask: AskService = async (service, { principal, stream, ...request }) => {
    const done = inFlight.begin(service, stream);
    if (done === null) return overloaded(service);
    try {
      const authorization = `Bearer ${sign(principal, service, request)}`;
      const { origin } = targets[service];
      const headers = { ...request.headers, authorization };
      const answer = await upstream.request({ ...request, origin, headers });
      answer.body.once('close', done);
      if (answer.status === 401) {
        answer.body.destroy();
        // Who asked has been authenticated here: this is about the gateway itself.
        outages.failed(service, 'it does not accept what the gateway signs: compare their keys and clocks');
        return notServed(service);
      }
      outages.answered(service);
      return answer;
    } catch (cause) {
      done();
      if (!request.signal.aborted) outages.failed(service, cause);
      return isNotSent(cause) ? notServed(service) : notKnown(service);
    }
  };

  const services = Object.keys(targets) as ServiceBehind[];
  return {
    ask,
    parked: services.map((service) => createParkedElsewhere(service, ask)),
    close: () => upstream.close(),
  };
}

function overloaded(service: ServiceBehind): Problem {
  return problem('overloaded', `too many requests wait for the ${service}; repeat later`);
}

function notServed(service: ServiceBehind): Problem {
  return problem('unavailable', `the ${service} can not be reached now; nothing was done, repeat later`);
}

function notKnown(service: ServiceBehind): Problem {
  return problem(
    'unavailable',
    `the ${service} did not answer; it is not known whether this was done, repeat the same request`,
  );
}
