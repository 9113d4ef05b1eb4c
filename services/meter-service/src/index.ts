export type { MeterServiceConfig } from './meter-service.ts';
export { createMeterService, meterServicePublications } from './meter-service.ts';
export type { PlanError, ReadPlans } from './plan/read-plan-catalog.ts';
export { readPlanCatalog } from './plan/read-plan-catalog.ts';
