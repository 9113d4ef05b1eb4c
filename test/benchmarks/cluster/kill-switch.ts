import { type Figure, milliseconds } from '../figure.ts';
import { setUp } from '../processes.ts';
import { organizations, type Product } from './product.ts';

const SWITCHES = 200;
const TARGET_MS = 150;

/** From the request to the answer that it is effective: every gateway that enforces has acknowledged it. */
export async function measureKillSwitch({ cluster }: Product): Promise<Figure> {
  const tookMs: number[] = [];
  for (let made = 0; made < SWITCHES; made += 1) {
    const organization = organizations[made % organizations.length];
    const call = setUp(cluster.url, cluster.ownerKey, organization);
    const begin = performance.now();
    const engaged = await call('POST', '/v1/kill-switches', {
      scope: 'agent',
      target: 'helper',
      reason: 'measured',
    });
    const took = performance.now() - begin;
    if (engaged.state !== 'effective') throw new Error(`a kill switch is ${engaged.state} after ${took} ms`);
    tookMs.push(took);
    await call('POST', `/v1/kill-switches/${engaged.id}/release`, { reason: 'measured' });
  }
  tookMs.sort((a, b) => a - b);
  const p99 = tookMs[Math.floor(SWITCHES * 0.99)] ?? 0;
  return {
    name: 'cluster: kill switch effective on three gateways, p99, ms',
    figure: milliseconds(p99),
    floor: '',
    ratio: p99,
    target: { atMost: TARGET_MS },
  };
}
