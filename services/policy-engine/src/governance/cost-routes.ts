import { type IntentCost, type JsonObject, routes } from '@countersign/contracts';
import { isProblem, mount } from '@countersign/http';
import {
  actorOf,
  allRows,
  answered,
  edgeMetadata,
  openIntentTime,
  page,
  personal,
} from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import type { OpenMessage } from '../openintent/open-message.ts';
import { createAdmit } from '../workintent/admit.ts';
import type { WorkIntentRouteDependencies } from '../workintent/dependencies.ts';
import { workIntentStream } from '../workintent/shown.ts';
import { workIntentKey } from '../workintent/view.ts';
import { violationIn } from './refusals.ts';
import { type CostRow, costsView } from './views.ts';

/** What a work intent has cost, as far as its governance lets it cost anything. */
export function costRoutes(app: FastifyInstance, deps: WorkIntentRouteDependencies): void {
  const { service, workIntents, governanceRights, open } = deps;
  const { ids, disclose, views } = service;
  const admit = createAdmit(deps);

  mount(app, routes.recordIntentCost, async ({ params: { id }, body, principal }) => {
    const admitted = await admit(principal, id, 'write');
    if (isProblem(admitted)) return admitted;
    const { organization } = principal;
    const { metadata, agent_id: _, ...cost } = body;
    const costId = ids.next();
    const { principal: party } = admitted.granter;
    const handled = await workIntents.handle(
      workIntentStream(organization, id),
      {
        kind: 'record-cost',
        intentId: id,
        cost: { cost_id: costId, ...cost },
        isAssigned: governanceRights.isAssigned(organization, admitted.acl, party),
        by: actorOf(principal),
        personal: personal(principal.id, disclose('metadata', metadata)),
      },
      edgeMetadata(service, { organization }),
    );
    return answered(handled, ({ events }) => {
      const violation = violationIn(events);
      if (violation) return violation;
      const recorded_at = openIntentTime(events[0]?.metadata.time ?? '');
      const shown = { id: costId, intent_id: id, agent_id: principal.id, ...cost, metadata, recorded_at };
      return { status: 201, body: shown } as const;
    });
  });

  mount(app, routes.listIntentCosts, async ({ params: { id }, query, principal }) => {
    const admitted = await admit(principal, id, 'read');
    if (isProblem(admitted)) return admitted;
    const intent = workIntentKey(principal.organization, id);
    const rows: CostRow[] = [];
    for await (const row of allRows<CostRow>(views, costsView.name, { intent })) rows.push(row);
    const { limit, offset } = query;
    const newest = rows.toReversed().slice(offset);
    const found = await page(
      newest,
      { limit },
      (row) => row.id,
      (row) => costShown(open, row),
    );
    const summary = {
      total: rows.reduce((sum, { amount }) => sum + amount, 0),
      by_type: sums(rows, 'cost_type'),
      by_agent: sums(rows, 'agent_id'),
    };
    return { status: 200, body: { costs: found.items, summary } };
  });
}

function sums(rows: readonly CostRow[], by: 'cost_type' | 'agent_id'): Readonly<Record<string, number>> {
  const found = new Map<string, number>();
  for (const row of rows) found.set(row[by], (found.get(row[by]) ?? 0) + row.amount);
  return Object.fromEntries(found);
}

async function costShown(open: OpenMessage, row: CostRow): Promise<IntentCost> {
  const { id, intent_id, agent_id, cost_type, amount, unit, provider } = row;
  const { fields } = await open(workIntentStream(row.organization, intent_id), row.sequence);
  const metadata = fields.metadata as JsonObject;
  const recorded_at = openIntentTime(row.recorded_at);
  return { id, intent_id, agent_id, cost_type, amount, unit, provider, metadata, recorded_at };
}
