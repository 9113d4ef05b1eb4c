import { listAll } from '../client.ts';
import { createOracle } from '../kill-rounds/oracle.ts';
import { ownerOf, tenantNames } from '../kill-rounds/tenants.ts';
import type { Campaign } from './campaign.ts';
import { patient } from './patient-client.ts';
import { asLedgerEvent, readStore } from './published.ts';
import { readTopics } from './read-topics.ts';
import { judgeSwitches } from './switch-oracle.ts';
import { createTopicOrder } from './topic-order.ts';

/** Judges a campaign by the event store and by nothing else, and the topics by it. The services have ended afterwards. */
export async function judge({ machine, tenants, acknowledged, errands, report }: Campaign): Promise<void> {
  const { url, ownerKey } = machine.cluster;
  for (const name of tenantNames) {
    const parked = await listAll(patient(ownerOf(tenants[name], url, ownerKey)), '/v1/parked');
    report.complaints.push(...parked.map((item) => `${name}: parked ${JSON.stringify(item)}`));
  }
  const order = createTopicOrder(await readStore(machine.storeUrl));
  await readTopics(machine.kafka.brokers, order);
  report.complaints.push(...order.complaints());
  report.repeated = order.repeated();
  await machine.stopServices();
  report.complaints.push(...machine.complaints());

  const events = await readStore(machine.storeUrl);
  for (const name of tenantNames) {
    const oracle = createOracle(name === 'metered' ? report.quota : null);
    const own = events.filter(({ organization }) => organization === tenants[name].organization);
    for (const event of own) oracle.read(asLedgerEvent(event));
    report.complaints.push(...oracle.complaints(acknowledged[name]).map((what) => `${name}: ${what}`));
    report.acknowledged += acknowledged[name].length;
    if (name === 'metered') report.held = oracle.held();
    const switches = judgeSwitches(own, acknowledged[name]);
    report.complaints.push(...switches.complaints.map((what) => `${name}: ${what}`));
    report.effective += switches.effective;
  }
  report.events = events.length;
  report.calls = errands.length;
  report.undecided = errands.filter(({ undecided }) => undecided).length;
}
