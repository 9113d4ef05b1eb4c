import type { Attributes, Meter, ObservableResult } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { METRICS, type MetricDefinition, SECONDS_BUCKETS } from './metric-names.ts';
import type { Counter, Histogram, MetricName, Metrics } from './metrics.ts';
import { type Series, seriesOf } from './series.ts';

/** The metrics of this process, on the OpenTelemetry SDK. Nothing listens: `expose` is served by the caller. */
export function createMetrics(): Metrics {
  // Used as a reader only; its own server is never started.
  const reader = new PrometheusExporter({ preventServerStart: true });
  const serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
  const meter = new MeterProvider({ readers: [reader] }).getMeter('countersign');

  const counters = ofKind('counter', (name, definition) => counterSeries(meter, name, definition));
  const histograms = ofKind('histogram', (name, definition) => histogramSeries(meter, name, definition));
  const gauges = ofKind('gauge', (name, definition) => gaugeSeries(meter, name, definition));

  return {
    counter: (name, labels) => counters[name].get(labels),
    histogram: (name, labels) => histograms[name].get(labels),
    gauge(name, labels, read) {
      gauges[name].get(labels).read = read;
    },
    async expose() {
      const { resourceMetrics } = await reader.collect();
      return `${serializer.serialize(resourceMetrics).trimEnd()}\n`;
    },
  };
}

/**
 * Plain numbers that the SDK reads at a scrape: its own counters look their labels up at every addition, which costs
 * fifty times as much, and the hot path adds to many.
 */
function counterSeries(meter: Meter, name: string, { help, labels }: MetricDefinition): Series<Counter> {
  const series = seriesOf(labels, (attributes) => ({
    attributes,
    total: 0,
    add(amount = 1) {
      this.total += amount;
    },
  }));
  meter.createObservableCounter(name, { description: help }).addCallback((result) => {
    for (const { attributes, total } of series.all()) result.observe(total, attributes);
  });
  return series;
}

function histogramSeries(meter: Meter, name: string, { help, labels }: MetricDefinition): Series<Histogram> {
  const advice = { explicitBucketBoundaries: [...SECONDS_BUCKETS] };
  const histogram = meter.createHistogram(name, { description: help, advice });
  return seriesOf(labels, (attributes) => ({ record: (seconds) => histogram.record(seconds, attributes) }));
}

interface Gauge {
  readonly attributes: Attributes;
  read: () => number | Promise<number>;
}

function gaugeSeries(meter: Meter, name: string, { help, labels }: MetricDefinition): Series<Gauge> {
  const series = seriesOf<Gauge>(labels, (attributes) => ({ attributes, read: () => 0 }));
  meter.createObservableGauge(name, { description: help }).addCallback(async (result: ObservableResult) => {
    for (const { attributes, read } of series.all()) result.observe(await read(), attributes);
  });
  return series;
}

/** Something for each metric of a kind, by name. */
function ofKind<Kind extends MetricDefinition['kind'], Made>(
  kind: Kind,
  make: (name: string, definition: MetricDefinition) => Made,
): Record<MetricName<Kind>, Made> {
  const ofThisKind = Object.entries(METRICS).filter(([, definition]) => definition.kind === kind);
  const made = ofThisKind.map(([name, definition]) => [name, make(name, definition)]);
  return Object.fromEntries(made) as Record<MetricName<Kind>, Made>;
}
