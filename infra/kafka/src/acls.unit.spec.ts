import { AclOperationTypes, AclResourceTypes, ResourcePatternTypes } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { aclsOf, type Role } from './acls.ts';
import { topicDefinitions } from './topics.ts';

const names = topicDefinitions().map(({ name }) => name);

/** Which of the topics an account of the role may read or write, as brokers judge it. */
function topicsFor(role: Role, operation: AclOperationTypes): string[] {
  const acls = aclsOf(role, 'account').filter(
    (acl) => acl.resourceType === AclResourceTypes.TOPIC && acl.operation === operation,
  );
  return names.filter((name) =>
    acls.some(({ resourcePatternType, resourceName }) =>
      resourcePatternType === ResourcePatternTypes.PREFIXED
        ? name.startsWith(resourceName)
        : name === resourceName,
    ),
  );
}

describe('what accounts may do', () => {
  it('services read and write all topics and their dead letters', () => {
    expect(topicsFor('services', AclOperationTypes.READ)).toEqual(names);
    expect(topicsFor('services', AclOperationTypes.WRITE)).toEqual(names);
  });

  it('agents say what they want, and hear what becomes of it', () => {
    expect(topicsFor('agents', AclOperationTypes.WRITE)).toEqual(['agent.intents']);
    expect(topicsFor('agents', AclOperationTypes.READ)).toEqual([
      'agent.tool',
      'agent.approval',
      'agent.safety',
    ]);
  });

  it('nobody is in a group of the other’s, so that nobody takes records from whom they are for', () => {
    const prefixes = (role: Role) =>
      aclsOf(role, 'account')
        .filter(({ resourceType }) => resourceType === AclResourceTypes.GROUP)
        .map(({ resourceName }) => resourceName);
    for (const one of prefixes('services'))
      for (const other of prefixes('agents'))
        expect(one.startsWith(other) || other.startsWith(one)).toBe(false);
  });
});
