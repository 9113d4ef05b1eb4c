export { type Answer, type Call, caller } from './caller.ts';
export { type CollectedLogs, collectLogs } from './collect-logs.ts';
export { freePort } from './free-port.ts';
export { type ManualClock, manualClock, TEST_EPOCH } from './manual-clock.ts';
export { type PythonWith, pythonWith } from './python.ts';
export { type SeededIds, seededIds } from './seeded-ids.ts';
export { type SeededRandom, seededRandom } from './seeded-random.ts';
export {
  type StandaloneOptions,
  type StandaloneProcess,
  startStandalone,
} from './standalone-process.ts';
export { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.ts';
