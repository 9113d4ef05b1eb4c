import type { ServiceName } from '@countersign/infra-cluster';
/**
 * The words that start a service in the image, after `node`. What a call leaves behind in a process of a cluster is gone after
 * milliseconds: a large nursery collects it before any of it is moved.
 */
export function programOf(service: ServiceName): readonly string[] {
  return ['--max-semi-space-size=32', 'services/cluster/start.mjs', service];
}

const EVERYBODY = [
  'COUNTERSIGN_HTTP_HOST',
  'COUNTERSIGN_HTTP_PORT',
  'COUNTERSIGN_DATA_DIR',
  'COUNTERSIGN_LOG_LEVEL',
  'COUNTERSIGN_ENVIRONMENT',
  'COUNTERSIGN_DECISION_TIMEOUT_MS',
  'COUNTERSIGN_PERMIT_TTL_MS',
  'COUNTERSIGN_OUTCOME_TTL_MS',
  'COUNTERSIGN_ACCESS_PLANS',
  'COUNTERSIGN_ACCESS_ROLES',
  'COUNTERSIGN_ACCESS_ROLES_OVERLAY',
  'COUNTERSIGN_ACCESS_DEFAULT_PLAN',
  'COUNTERSIGN_ACCESS_DEFAULT_PLAN_OVERLAY',
  'COUNTERSIGN_INSTANCE',
  'COUNTERSIGN_KAFKA_TLS',
  'COUNTERSIGN_KAFKA_CA_FILE',
  'COUNTERSIGN_KAFKA_SASL_MECHANISM',
  'COUNTERSIGN_KAFKA_USERNAME',
  'COUNTERSIGN_KAFKA_PASSWORD_FILE',
];

/** Without a value of these no process of a cluster starts. */
export const NEEDED_BY_ALL = [
  'COUNTERSIGN_KAFKA_BROKERS',
  'COUNTERSIGN_EVENTSTORE_URL',
  'COUNTERSIGN_CLUSTER_KEY_FILE',
  'COUNTERSIGN_PRINCIPAL_KEY_FILE',
];

/** What some need beside that, and others do not know. */
export const NEEDED: Readonly<Record<ServiceName, readonly string[]>> = {
  gateway: [
    'COUNTERSIGN_OWNER_KEY_FILE',
    'COUNTERSIGN_POLICY_ENGINE_URL',
    'COUNTERSIGN_APPROVAL_SERVICE_URL',
    'COUNTERSIGN_METER_SERVICE_URL',
    'COUNTERSIGN_AUDIT_PROJECTOR_URL',
  ],
  'policy-engine': ['COUNTERSIGN_AUDIT_PROJECTOR_URL'],
  'approval-service': ['COUNTERSIGN_AUDIT_PROJECTOR_URL'],
  'meter-service': ['COUNTERSIGN_AUDIT_PROJECTOR_URL'],
  'audit-projector': ['COUNTERSIGN_MASTER_KEY_FILE'],
};

/** Every setting that a deployment may give to some service. */
export const ALL_SETTINGS: readonly string[] = [
  ...new Set([...EVERYBODY, ...NEEDED_BY_ALL, ...Object.values(NEEDED).flat()]),
];

/** Everything that is wrong with the settings that a service is given, a line each. */
export function settingProblems(service: ServiceName, given: readonly string[]): string[] {
  const needed = [...NEEDED_BY_ALL, ...NEEDED[service]];
  const known = [...EVERYBODY, ...needed];
  const own = given.filter((name) => name.startsWith('COUNTERSIGN_'));
  return [
    ...own.filter((name) => !known.includes(name)).map((name) => `${service} does not know ${name}`),
    ...needed.filter((name) => !own.includes(name)).map((name) => `${service} is not given ${name}`),
  ];
}
