import { approvalServicePublications } from '@countersign/approval-service';
import { auditProjectorPublications } from '@countersign/audit-projector';
import type { Service as ServiceName } from '@countersign/contracts';
import { gatewayPublications } from '@countersign/gateway';
import { meterServicePublications } from '@countersign/meter-service';
import { policyEnginePublications } from '@countersign/policy-engine';
import type { Publications } from '@countersign/service';

/** What each service publishes. */
const publicationsOf: Readonly<Record<ServiceName, Publications>> = {
  gateway: gatewayPublications,
  'policy-engine': policyEnginePublications,
  'approval-service': approvalServicePublications,
  'meter-service': meterServicePublications,
  'audit-projector': auditProjectorPublications,
};

/** What all services publish: whoever follows the ledger reads all of it. */
export const allPublications: Publications = Object.values(publicationsOf).flat();

/**
 * What the relay of a service puts on Kafka: all messages of the topics that are its own. Several services write control
 * events; were each relayed by its own service, nothing would order them on the topic that they share. One relay reads them in
 * the ledger's order, and so they stand there.
 */
export function relayedBy(service: ServiceName): Publications {
  return allPublications.filter(({ topic }) => topic !== null && relayOf[topic] === service);
}

/** The service whose relay has a topic. Every topic has one and no more. */
const relayOf: Readonly<Record<string, ServiceName>> = {
  'agent.tool': 'gateway',
  'agent.safety': 'gateway',
  'agent.control': 'gateway',
  'agent.evaluation': 'policy-engine',
  'agent.approval': 'approval-service',
  'agent.quota': 'meter-service',
};
