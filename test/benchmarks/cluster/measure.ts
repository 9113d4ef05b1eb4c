import { join } from 'node:path';
import { type Figure, table } from '../figure.ts';
import { recordCall } from '../recorded-call.ts';
import { startBareLoop } from './bare-loop.ts';
import { measureBrokerRestart } from './broker-restart.ts';
import { layGround } from './ground.ts';
import { measureKillSwitch } from './kill-switch.ts';
import { measureLostInstances } from './lost-instance.ts';
import { organizations, startProduct } from './product.ts';
import { measureVerdicts, type Verdicts, verdictFigures } from './verdicts.ts';

/**
 * The five services as processes, against a bare loop of the same messages. Verdicts are measured with one instance of each
 * service, as the loop has one process for each stage; what is about several instances, with more of them.
 */
export async function measureCluster(): Promise<Figure[]> {
  const floor = await measureBareLoop();
  await using ground = await layGround();
  const product = await startProduct(ground);
  const { cluster, keys } = product;
  try {
    // The one gateway itself, as the loop's: what is in front of several is none of the product.
    const [gateway] = cluster.instances.filter(({ service }) => service === 'gateway');
    const url = `http://127.0.0.1:${gateway?.port}`;
    const verdicts = told(verdictFigures(await measureVerdicts(url, keys), floor));
    await Promise.all([cluster.add('gateway'), cluster.add('gateway')]);
    const killSwitch = told([await measureKillSwitch(product)]);
    const second = ['policy-engine', 'approval-service', 'meter-service', 'audit-projector'] as const;
    await Promise.all(second.map((service) => cluster.add(service)));
    const restarted = told([await measureBrokerRestart(ground, product)]);
    const lost = told(await measureLostInstances(product));
    return [...verdicts, ...killSwitch, ...restarted, ...lost];
  } finally {
    await cluster.kill();
  }
}

/** What is known already is told, since the rest takes minutes. */
function told(figures: Figure[]): Figure[] {
  process.stderr.write(`${table(figures)}\n`);
  return figures;
}

/** On a ground of its own: its messages are none that the product may see. */
async function measureBareLoop(): Promise<Verdicts> {
  await using ground = await layGround();
  const call = join(ground.directory, 'call.json');
  await recordCall(call);
  await using loop = await startBareLoop(ground, call);
  return await measureVerdicts(loop.url, organizations);
}
