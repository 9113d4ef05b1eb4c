import { routes } from '@countersign/contracts';
import { mount } from '@countersign/http';
import { type MeterRow, meters } from '@countersign/metering';
import { page, storeProblem } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import type { MeterBooks, OpenBook } from './books.ts';
import { type PlanInForce, underPlan } from './plan-in-force.ts';
import { balanceOf, rolledUp } from './rows.ts';

interface MeterRouteDependencies {
  readonly books: MeterBooks;
  readonly planOf: (organization: string) => PlanInForce | null;
  /** Resolves when every plan that was published up to now is known: it may have been by another instance. */
  readonly knowsPlans: () => Promise<unknown>;
}

/** Serves meters out of the open book, under the plan in force. */
export function meterRoutes(app: FastifyInstance, deps: MeterRouteDependencies): void {
  const { books, planOf } = deps;
  mount(app, routes.listMeters, async ({ query, principal: { organization } }) => {
    const readRows = async ({ ledger, at }: OpenBook) => {
      const plan = planOf(organization);
      // The next call will be metered by the plan in force, also where no call has come since it changed.
      const rows = plan ? meters(underPlan(ledger, plan, at), organization, at) : [];
      return { kind: 'read', rows } as const;
    };
    await deps.knowsPlans();
    const read = await books.run(organization, readRows, 'caughtUp');
    if (read.kind === 'failed') return storeProblem(read.error);
    const shown = query.rollup ? rolledUp(read.rows, organization) : read.rows;
    const asked = query.scope;
    const rows = shown.filter(
      ({ scope }) => asked === undefined || scope === asked || scope.startsWith(`${asked}:`),
    );
    rows.sort((a, b) => (cursorOf(a) < cursorOf(b) ? -1 : 1));
    return { status: 200, body: await page(rows, query, cursorOf, balanceOf) };
  });
}

/** A row's place in the list; a key may have several rows of one scope, by their periods. */
function cursorOf({ rule, scope }: MeterRow): string {
  return `${rule}:${scope}`;
}
