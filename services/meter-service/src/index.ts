export type { MeterServiceConfig } from './meter-service.ts';
export { createMeterService, meterServicePublications } from './meter-service.ts';
export { uncountedLimits } from './plan/uncounted.ts';
