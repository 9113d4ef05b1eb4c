import type { QuotaAdjusted, QuotaCharged } from '@countersign/contracts';
import type { QuotaLine, Report } from '@countersign/metering';
import { createViewTable, type Projection, type ViewDefinition, type ViewRow } from '@countersign/processing';
import { reporterOf } from './reporter.ts';

/** A report of usage with what is left of it, whatever book it stands in. */
export interface ReportRow extends ViewRow, Report {
  readonly organization: string;
  readonly position: number;
}

export const reportsView: ViewDefinition = { name: 'usage-reports.v1', columns: {}, indexes: [] };

export function createReportsView(): Projection<ReportRow> {
  const table = createViewTable<ReportRow>(reportsView.name);
  return {
    view: reportsView,
    table,
    topics: ['agent.quota'],
    needs({ type, data }) {
      if (type === 'agent.quota.charged') {
        const { charge_id: id, reported_by } = data as unknown as QuotaCharged;
        return id === null || reported_by === undefined ? [] : [id];
      }
      const refunded =
        type === 'agent.quota.adjusted' ? (data as unknown as QuotaAdjusted).report : undefined;
      return refunded === undefined ? [] : [refunded.charge_id];
    },
    apply({ type, data, organization, position }) {
      if (type === 'agent.quota.charged') {
        const { charge_id: id, reported_by, lines } = data as unknown as QuotaCharged;
        if (id === null || reported_by === undefined) return;
        put({ id, reporter: reporterOf(reported_by), lines: linesOf(lines), organization, position });
      }
      if (type === 'agent.quota.adjusted') {
        const { report } = data as unknown as QuotaAdjusted;
        if (report === undefined) return;
        const { charge_id: id, reported_by, lines } = report;
        put({ id, reporter: reporterOf(reported_by), lines: linesOf(lines), organization, position });
      }
    },
  };

  /** What is left only gets less: what comes again, or late, changes nothing. */
  function put(row: ReportRow): void {
    const known = table.get(row.id);
    if (known === undefined || known.position < row.position) table.put(row.id, row);
  }
}

function linesOf(lines: QuotaCharged['lines']): readonly QuotaLine[] {
  return lines.map((line) => ({ ...line }));
}
