export { type AuditProjector, auditProjectorPublications, createAuditProjector } from './audit-projector.ts';
