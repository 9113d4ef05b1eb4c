import { describe, expect, it } from 'vitest';
import { createMetrics } from './create-metrics.ts';
import { METRICS } from './metric-names.ts';
import { MAX_SERIES } from './series.ts';

describe('what is exposed', () => {
  it('has counters with their help, type and labels', async () => {
    const metrics = createMetrics();
    metrics.counter('decisions_total', { verdict: 'allow' }).add();
    metrics.counter('decisions_total', { verdict: 'allow' }).add(2);
    metrics.counter('decisions_total', { verdict: 'deny' }).add();
    const text = await metrics.expose();
    expect(text).toContain('# HELP decisions_total Verdicts given, at request and at release.\n');
    expect(text).toContain('# TYPE decisions_total counter\n');
    expect(text).toContain('decisions_total{verdict="allow"} 3\n');
    expect(text).toContain('decisions_total{verdict="deny"} 1\n');
  });

  it('has histograms in seconds', async () => {
    const metrics = createMetrics();
    const latency = metrics.histogram('decision_latency_seconds', {});
    latency.record(0.003);
    latency.record(0.2);
    const text = await metrics.expose();
    expect(text).toContain('# TYPE decision_latency_seconds histogram\n');
    expect(text).toContain('decision_latency_seconds_bucket{le="0.002"} 0\n');
    expect(text).toContain('decision_latency_seconds_bucket{le="0.004"} 1\n');
    expect(text).toContain('decision_latency_seconds_bucket{le="+Inf"} 2\n');
    expect(text).toContain('decision_latency_seconds_count 2\n');
  });

  it('reads gauges when it is asked', async () => {
    const metrics = createMetrics();
    let waiting = 2;
    metrics.gauge('approvals_pending', {}, () => waiting);
    metrics.gauge('projection_lag_events', { processor: 'gateway.calls' }, () => 7);
    expect(await metrics.expose()).toContain('approvals_pending 2\n');
    waiting = 0;
    const text = await metrics.expose();
    expect(text).toContain('approvals_pending 0\n');
    expect(text).toContain('projection_lag_events{processor="gateway.calls"} 7\n');
  });

  it('shows the gauge that was registered last', async () => {
    const metrics = createMetrics();
    metrics.gauge('sse_clients', {}, () => 1);
    metrics.gauge('sse_clients', {}, () => 5);
    expect(await metrics.expose()).toContain('sse_clients 5\n');
  });

  it('keeps counting between scrapes', async () => {
    const metrics = createMetrics();
    const counter = metrics.counter('permission_denied_total', {});
    counter.add();
    await metrics.expose();
    counter.add();
    expect(await metrics.expose()).toContain('permission_denied_total 2\n');
  });

  it('is nothing of another process or test', async () => {
    createMetrics().counter('permission_denied_total', {}).add(9);
    expect(await createMetrics().expose()).not.toContain('permission_denied_total 9');
  });

  it('bounds the series of a metric, and counts the rest together', async () => {
    const metrics = createMetrics();
    for (let n = 0; n < MAX_SERIES + 100; n++)
      metrics.counter('decisions_per_tool_total', { tool: `tool-${n}` }).add();
    metrics.counter('decisions_per_tool_total', { tool: 'tool-0' }).add();
    const text = await metrics.expose();
    const series = text.split('\n').filter((line) => line.startsWith('decisions_per_tool_total{'));
    expect(series).toHaveLength(MAX_SERIES + 1);
    expect(text).toContain('decisions_per_tool_total{tool="other"} 100\n');
    expect(text).toContain('decisions_per_tool_total{tool="tool-0"} 2\n');
  });

  it('gives the same handle for the same labels', () => {
    const metrics = createMetrics();
    const once = metrics.counter('http_requests_total', { route: 'GET /', status: '200' });
    expect(metrics.counter('http_requests_total', { status: '200', route: 'GET /' })).toBe(once);
    expect(metrics.counter('http_requests_total', { status: '404', route: 'GET /' })).not.toBe(once);
  });
});

describe('the names', () => {
  it.each(Object.entries(METRICS))(
    '%s follows Prometheus and labels nothing personal',
    (name, { kind, labels, help }) => {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(name.endsWith('_total')).toBe(kind === 'counter');
      if (kind === 'histogram') expect(name).toMatch(/_seconds$/);
      expect(help).toMatch(/^[A-Z].*\.$/);
      const bounded = [
        'verdict',
        'tool',
        'status',
        'reason',
        'state',
        'scope',
        'processor',
        'route',
        'code',
        'type',
        'outcome',
      ];
      for (const label of labels) expect(bounded).toContain(label);
    },
  );
});
