export { approvalServicePublications, createApprovalService } from './approval-service.ts';
