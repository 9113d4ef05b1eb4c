import { SERVICES } from '@countersign/infra-cluster';
import { METRICS, type MetricDefinition } from '@countersign/telemetry';
import { describe, expect, it } from 'vitest';
import { readPromQl } from './promql.ts';
import { isThere, textOf, yamlOf } from './repository.ts';

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly annotations: object;
    }[];
  }[];
}
interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly datasource: { readonly uid: string };
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

const rules = yamlOf<Rules>('infra/observability/alerts.yaml').groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(textOf('infra/observability/grafana/dashboards/countersign.json')) as Dashboard;
/** Grafana puts a duration there. */
const ofPanels = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ expr }) => [title, expr.replaceAll('$__rate_interval', '1m')] as const),
);
const expressions = [...rules.map(({ alert, expr }) => [alert, expr] as const), ...ofPanels];

const definitions: Readonly<Record<string, MetricDefinition>> = {
  ...METRICS,
  up: { kind: 'gauge', help: 'Made by Prometheus.', labels: [] },
};
/** Labels that Prometheus gives every sample. */
const OF_SCRAPES = ['job', 'instance', 'service'];

describe('alerts and dashboards', () => {
  it.each(expressions)('%s asks for a metric that there is, by labels that it has', (_name, expression) => {
    const { metrics, labels } = readPromQl(expression);
    expect(metrics).toHaveLength(1);
    const name = metrics[0]!.replace(/_bucket$/, '');
    const definition = definitions[name];
    expect(definition, name).toBeDefined();
    const isHistogram = definition!.kind === 'histogram';
    expect(isHistogram).toBe(metrics[0]!.endsWith('_bucket'));
    expect(/\b(rate|increase)\(/.test(expression)).toBe(definition!.kind !== 'gauge');
    const known = [...definition!.labels, ...OF_SCRAPES, ...(isHistogram ? ['le'] : [])];
    for (const label of labels) expect(known).toContain(label);
  });

  it('says what is wrong with an expression that is none', () => {
    expect(() => readPromQl('sum by (x) (rate(')).toThrow('no PromQL');
  });

  it('has a summary for each alert', () => {
    for (const { alert, annotations } of rules) expect(annotations, alert).toHaveProperty('summary');
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  it('finds every service, and the rules', () => {
    const { rule_files, scrape_configs } = yamlOf<{
      rule_files: string[];
      scrape_configs: { dns_sd_configs: { names: string[] }[] }[];
    }>('infra/observability/prometheus.yaml');
    expect(scrape_configs[0]!.dns_sd_configs[0]!.names).toEqual([...SERVICES]);
    for (const file of rule_files) expect(isThere(`infra/observability/${file}`)).toBe(true);
  });

  it('shows what the provisioned source has', () => {
    const { datasources } = yamlOf<{ datasources: { uid: string }[] }>(
      'infra/observability/grafana/provisioning/datasources/prometheus.yaml',
    );
    for (const { datasource } of dashboard.panels) expect(datasource.uid).toBe(datasources[0]!.uid);
  });
});
