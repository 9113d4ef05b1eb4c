export { messageBusConformance } from './bus-conformance.ts';
export type { Ledger } from './embedded-harness.ts';
export { embeddedBusHarness } from './embedded-harness.ts';
export type { BusHarness, OpenBus, Sample, SampleType } from './harness.ts';
export { SAMPLE_PUBLICATIONS } from './harness.ts';
