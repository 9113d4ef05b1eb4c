export {
  type AccessSettings,
  logAccessSettings,
  type ReadAccessSettings,
  readAccessSettings,
  type SettingsSource,
} from './config/access-settings.ts';
export { type OidcSettings, type ReadOidc, readOidcSettings } from './config/oidc-settings.ts';
export {
  type ConfigError,
  documentErrors,
  type Environment,
  type ReadSettings,
  readSettings,
} from './config/read-settings.ts';
export { commonSettings, optionalIntegerSetting } from './config/settings.ts';
export { createIds } from './ids.ts';
export { measureBus, measureProcessing } from './lag-metrics.ts';
export { measuredLedger } from './ledger-metrics.ts';
export { createLifecycle, type Lifecycle } from './lifecycle.ts';
export { loggedParking } from './logged-parking.ts';
export { ownerKeyFile, readOwnerKey, writeOwnerKey } from './owner-key.ts';
export { createLagWatch, type LagWatch, type Processor, readinessChecks } from './readiness.ts';
export { type Hosted, refuseConfiguration, refuseStart, runProcess } from './run-process.ts';
export { unknownKeys } from './unknown-keys.ts';
