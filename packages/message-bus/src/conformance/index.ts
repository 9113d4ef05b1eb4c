export { createAppendSample } from './append-sample.ts';
export { messageBusConformance } from './bus-conformance.ts';
export type { Ledger } from './embedded-harness.ts';
export { embeddedBusHarness } from './embedded-harness.ts';
export type { BusHarness, Collected, OpenBus, Sample, SampleType } from './harness.ts';
export { collect, consumeAll, SAMPLE_PUBLICATIONS, samples } from './harness.ts';
