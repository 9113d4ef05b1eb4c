import type { METRICS } from './metric-names.ts';

type Metric = typeof METRICS;

/** Names of the metrics of one kind. */
export type MetricName<Kind> = {
  [Name in keyof Metric]: Metric[Name]['kind'] extends Kind ? Name : never;
}[keyof Metric];

/** The labels of a metric; a metric without labels takes none. */
export type LabelsOf<Name extends keyof Metric> = {
  readonly [Label in Metric[Name]['labels'][number]]: string;
};

/**
 * The metrics of one process. Handles are taken once for a set of labels and kept: recording through a handle costs
 * nanoseconds and never looks labels up.
 */
export interface Metrics {
  counter<Name extends MetricName<'counter'>>(name: Name, labels: LabelsOf<Name>): Counter;
  histogram<Name extends MetricName<'histogram'>>(name: Name, labels: LabelsOf<Name>): Histogram;
  /** `read` is called at every scrape; a second one for the same labels replaces the first. */
  gauge<Name extends MetricName<'gauge'>>(
    name: Name,
    labels: LabelsOf<Name>,
    read: () => number | Promise<number>,
  ): void;
  /** Everything as it stands, in Prometheus' text format. */
  expose(): Promise<string>;
}

/** A number that only grows. */
export interface Counter {
  /** Adds a whole number, 1 by default. */
  add(amount?: number): void;
}

/** Durations, counted by how long they were. */
export interface Histogram {
  /** Records a duration in seconds. */
  record(seconds: number): void;
}
