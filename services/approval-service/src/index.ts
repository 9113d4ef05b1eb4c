export type { HandlerAccess } from './access-requests.ts';
export { approvalServicePublications, createApprovalService } from './approval-service.ts';
