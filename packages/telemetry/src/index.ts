export {
  createLogger,
  type Logger,
  type LoggerOptions,
  type LogLevel,
  logLevels,
} from './logging/create-logger.ts';
export { REDACTED, redact } from './logging/redact.ts';
export { scrubText } from './logging/scrub-text.ts';
export { createMetrics } from './metrics/create-metrics.ts';
export { METRICS, type MetricDefinition } from './metrics/metric-names.ts';
export type { Counter, Histogram, LabelsOf, MetricName, Metrics } from './metrics/metrics.ts';
