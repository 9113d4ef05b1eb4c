import type { Counter, Histogram, Metrics } from '@countersign/telemetry';
import type { ServerOptions } from '../server/create-server.ts';

/** The server options that count requests and refusals. Routes are templates, so the labels are bounded. */
export function measureRequests(metrics: Metrics): Required<Pick<ServerOptions, 'onAnswered' | 'onRefused'>> {
  const routes = new Map<string, { duration: Histogram; byStatus: Map<number, Counter> }>();
  const measuresOf = (route: string) => {
    const known = routes.get(route);
    if (known) return known;
    const made = {
      duration: metrics.histogram('http_request_duration_seconds', { route }),
      byStatus: new Map<number, Counter>(),
    };
    routes.set(route, made);
    return made;
  };
  return {
    onAnswered({ route, status, durationMs }) {
      const { duration, byStatus } = measuresOf(route);
      duration.record(durationMs / 1_000);
      let counter = byStatus.get(status);
      if (counter === undefined) {
        counter = metrics.counter('http_requests_total', { route, status: String(status) });
        byStatus.set(status, counter);
      }
      counter.add();
    },
    onRefused: ({ code }) => metrics.counter('http_refusals_total', { code }).add(),
  };
}
