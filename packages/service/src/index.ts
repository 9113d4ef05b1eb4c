export {
  type Admission,
  type AdmissionAnswer,
  type Admitted,
  admissionProblem,
  type NotAsked,
  type PlaceAsk,
  type Refused as AdmissionRefused,
  type RequestAsk,
} from './admission.ts';
export { admissionCalls, createRemoteAdmission } from './admission-calls.ts';
export { againAfterOpening } from './again-after-opening.ts';
export { allRows } from './all-rows.ts';
export { actorOf, answered, whenKnownIsDurable } from './answer.ts';
export { type AuditRecords, auditCalls, createRemoteAudit } from './audit-calls.ts';
export { type CallerRights, createHasFlag, createPermitted, followCallerRights } from './caller-rights.ts';
export { erasedCloudEvent, openedCloudEvent, toCloudEvent } from './cloud-event.ts';
export { type DeadLetterRouteDependencies, deadLetterRoutes } from './dead-letter-routes.ts';
export type { Clock, Ids, ServiceDependencies } from './dependencies.ts';
export { timeOf } from './dependencies.ts';
export { DEFAULT_RETENTION, edgeMetadata, personal, personalOfCall, TRACE_RETENTION } from './edge.ts';
export { fieldErrorOf } from './field-error.ts';
export { findCaughtUp } from './find-caught-up.ts';
export type { Following } from './follow-into.ts';
export { followInto } from './follow-into.ts';
export { createForgottenRows, type ForgottenRows } from './forgotten-rows.ts';
export { lacksLevel } from './lacks-level.ts';
export { listRows } from './list-rows.ts';
export { messageMetadata, sealedEvent } from './message.ts';
export { openIntentTime } from './openintent-time.ts';
export {
  fillPage,
  PAGE_BYTES,
  type Page,
  type PageAnswer,
  type PageEntries,
  page,
  shownFrom,
} from './page.ts';
export type { ParkedDependencies, ParkedPage, ParkedQuery, ParkedSource } from './parked-here.ts';
export { parkedRoutes } from './parked-routes.ts';
export { publishAs } from './publish-as.ts';
export type { AuditReading, RecordRead } from './record-read.ts';
export {
  type CountedRefusals,
  createRefusalCounter,
  type RecordRefusals,
  type RefusalCounter,
  type Refused,
} from './refusals.ts';
export type { Publications, Running, Service } from './service.ts';
export { storeProblem } from './store-problem.ts';
export type { ProcessViews, ViewReader } from './views.ts';
export { createProcessViews } from './views.ts';
