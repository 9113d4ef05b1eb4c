import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AclEntry, Kafka, logLevel } from 'kafkajs';
import type { Access } from './access.ts';

/** Names that Node does not find in the client's module when it is imported. */
const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = createRequire(
  import.meta.url,
)('kafkajs') as typeof import('kafkajs');

/** Who may do what on an installation's brokers: those who run it, and those whom it watches. */
export type Role = 'services' | 'agents';

type Rule = ({ readonly topic: string } | { readonly group: string }) & {
  readonly match: 'literal' | 'prefixed';
  readonly may: readonly ('read' | 'write' | 'delete')[];
};

const file = JSON.parse(readFileSync(new URL('../acls.json', import.meta.url), 'utf8')) as Record<
  Role,
  readonly Rule[]
>;

const OPERATIONS = {
  read: AclOperationTypes.READ,
  write: AclOperationTypes.WRITE,
  delete: AclOperationTypes.DELETE,
};
const PATTERNS = { literal: ResourcePatternTypes.LITERAL, prefixed: ResourcePatternTypes.PREFIXED };

/** What `acls.json` allows a role, for one account. */
export function aclsOf(role: Role, account: string): AclEntry[] {
  return file[role].flatMap((rule) =>
    rule.may.map((operation) => ({
      ...('topic' in rule
        ? { resourceType: AclResourceTypes.TOPIC, resourceName: rule.topic }
        : { resourceType: AclResourceTypes.GROUP, resourceName: rule.group }),
      resourcePatternType: PATTERNS[rule.match],
      principal: `User:${account}`,
      host: '*',
      operation: OPERATIONS[operation],
      permissionType: AclPermissionTypes.ALLOW,
    })),
  );
}

/** Allows the accounts what their role may do. What they are allowed besides stays. */
export async function applyAcls(
  brokers: string,
  accounts: Readonly<Record<Role, readonly string[]>>,
  access: Access = {},
): Promise<void> {
  const acl = (Object.keys(accounts) as Role[]).flatMap((role) =>
    accounts[role].flatMap((account) => aclsOf(role, account)),
  );
  const kafka = new Kafka({
    clientId: 'countersign-acls',
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
    ...access,
  });
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.createAcls({ acl });
  } finally {
    await admin.disconnect();
  }
}
