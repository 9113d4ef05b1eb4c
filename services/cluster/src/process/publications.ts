import { approvalServicePublications } from '@countersign/approval-service';
import { auditProjectorPublications } from '@countersign/audit-projector';
import { gatewayPublications } from '@countersign/gateway';
import { meterServicePublications } from '@countersign/meter-service';
import { policyEnginePublications } from '@countersign/policy-engine';
import type { Publications } from '@countersign/service';
import type { ServiceName } from './config.ts';

/** What each service publishes: its relay reads these, and whoever follows the ledger reads all of them. */
export const publicationsOf: Readonly<Record<ServiceName, Publications>> = {
  gateway: gatewayPublications,
  'policy-engine': policyEnginePublications,
  'approval-service': approvalServicePublications,
  'meter-service': meterServicePublications,
  'audit-projector': auditProjectorPublications,
};
