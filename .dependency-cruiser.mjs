/**
 * The dependency rules of ARCHITECTURE.md, checked on every run of `npm run check`. Each rule says why it exists; what
 * it forbids is an error.
 */

const DOMAIN = '^services/[^/]+/src/[^/]+/(events|state|commands|decide|facts|judge)\\.ts$';
const SPECS = '\\.spec\\.ts$';
const TEST_ONLY = `(${SPECS}|/vitest\\.config\\.ts$|/conformance/|/testing/|/faults/|/bench(marks)?/|\\.bench\\.ts$|^test/|^packages/testing/)`;

/** A library that only its adapter may import: replacing it changes one package. */
const adapterOnly = (library, adapters) => ({
  name: `${library.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '')}-in-its-adapter`,
  comment: `only ${adapters} knows ${library}`,
  severity: 'error',
  from: { pathNot: `(${adapters}|${SPECS})` },
  to: { path: `(^|/)node_modules/${library}(/|$)` },
});

export default {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'a cycle has no order in which it can be read',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'pure-core',
      comment: 'replay must be deterministic: the core has no input, no output, no clock',
      severity: 'error',
      from: { path: '^packages/(event-sourcing|metering|access)/src/', pathNot: TEST_ONLY },
      to: {
        path: '^(packages|services)/',
        pathNot: '^packages/(event-sourcing|metering|access|strict-yaml)/',
      },
    },
    {
      name: 'plans-know-no-meter',
      comment: 'what a plan says is read here and there; how it is counted is known by metering alone',
      severity: 'error',
      from: { path: '^packages/access/src/' },
      to: { path: '^packages/metering/' },
    },
    {
      name: 'pure-core-has-no-node',
      comment: 'hashing is the only thing that the pure packages take from Node',
      severity: 'error',
      from: {
        path: '^packages/(event-sourcing|metering|access|policy|strict-yaml)/src/',
        pathNot: `(${TEST_ONLY}|^packages/policy/src/default\\.ts$)`,
      },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'strict-yaml-stands-alone',
      comment: 'how files are read knows nothing of what they say',
      severity: 'error',
      from: { path: '^packages/strict-yaml/src/', pathNot: TEST_ONLY },
      to: { path: '^(packages|services)/', pathNot: '^packages/strict-yaml/' },
    },
    {
      name: 'policy-stands-alone',
      comment:
        'the policy language is usable without the rest of Countersign; reading YAML is all that it shares',
      severity: 'error',
      from: { path: '^packages/policy/src/', pathNot: TEST_ONLY },
      to: { path: '^(packages|services)/', pathNot: '^packages/(policy|strict-yaml)/' },
    },
    {
      name: 'domain-is-pure',
      comment: 'events, state and decisions know neither stores nor buses nor servers',
      severity: 'error',
      from: { path: DOMAIN },
      to: {
        path: '(^packages/|^services/|node_modules)',
        pathNot:
          '(^packages/(event-sourcing|metering|policy|access)/|^services/([^/]+)/src/[^/]+/(events|state|commands|decide|facts|judge)\\.ts$)',
      },
    },
    {
      name: 'domain-has-no-clock',
      comment:
        'time and randomness come in commands; comparing values is all that the domain takes from Node',
      severity: 'error',
      from: { path: DOMAIN },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?util$' },
    },
    {
      name: 'services-meet-through-events',
      comment: 'no service imports another; standalone and cluster compose them',
      severity: 'error',
      from: { path: '^services/([^/]+)/', pathNot: '^services/(standalone|cluster)/' },
      to: { path: '^services/([^/]+)/', pathNot: '^services/$1/' },
    },
    {
      name: 'one-composition-root',
      comment: 'adapters are constructed by the composition alone',
      severity: 'error',
      from: {
        path: '^(services|packages)/',
        pathNot: `(^services/standalone/src/(composition|adapters|main)\\.ts$|^services/cluster/src/|^packages/cli/|${TEST_ONLY})`,
      },
      to: {
        path: '^packages/(event-store-sqlite|event-store-eventstoredb|key-vault-sqlite|key-vault-http|view-store-sqlite|message-bus-kafka|webhook)/src/index\\.ts$',
      },
    },
    {
      name: 'packages-below-services',
      comment: 'a package is used by services and never knows one',
      severity: 'error',
      from: { path: '^packages/', pathNot: TEST_ONLY },
      to: { path: '^services/' },
    },
    {
      name: 'infra-below-all',
      comment: 'development and test servers know nothing of what runs on them',
      severity: 'error',
      from: { path: '^infra/', pathNot: SPECS },
      to: { path: '^(packages|services)/' },
    },
    {
      name: 'infra-is-for-tests',
      comment: 'the product connects to a server and never starts one',
      severity: 'error',
      from: { path: '^(packages|services)/', pathNot: TEST_ONLY },
      to: { path: '^infra/' },
    },
    {
      name: 'ports-know-no-adapter',
      comment: 'the ports stay replaceable',
      severity: 'error',
      from: { path: '^packages/(event-store|message-bus|processing|sealing)/src/', pathNot: TEST_ONLY },
      to: {
        path: '^packages/(event-store-sqlite|event-store-eventstoredb|event-store-grpc|key-vault-sqlite|key-vault-http|view-store-sqlite|message-bus-kafka)/',
      },
    },
    {
      name: 'contracts-stand-alone',
      comment: 'the public contract leaks no private model',
      severity: 'error',
      from: { path: '^packages/contracts/src/', pathNot: TEST_ONLY },
      to: { path: '^(packages|services)/', pathNot: '^packages/contracts/' },
    },
    {
      name: 'sdk-has-no-dependencies',
      comment: 'the SDK runs in Node and browsers with nothing installed',
      severity: 'error',
      from: { path: '^packages/sdk/src/', pathNot: TEST_ONLY },
      to: { path: '(^packages/|node_modules)', pathNot: '^packages/sdk/' },
    },
    {
      name: 'sdk-has-no-node',
      comment: 'web globals only',
      severity: 'error',
      from: { path: '^packages/sdk/src/', pathNot: TEST_ONLY },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-tests-in-product',
      comment: 'specs, conformance suites and test tools are imported by tests only',
      severity: 'error',
      from: { path: '^(packages|services)/', pathNot: TEST_ONLY },
      to: { path: `(${SPECS}|/conformance/|^packages/testing/)` },
    },
    {
      name: 'nothing-undeclared',
      comment: 'what is imported is declared by the workspace that imports it',
      severity: 'error',
      from: { path: '^(packages|services)/', pathNot: TEST_ONLY },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    adapterOnly('better-sqlite3', '^packages/(event-store-sqlite|key-vault-sqlite|view-store-sqlite)/'),
    adapterOnly('@eventstore', '^packages/(event-store-eventstoredb/|event-store-grpc/src/testing/)'),
    adapterOnly('@grpc', '^packages/event-store-grpc/'),
    // The consumer of safety events shows that a Kafka client is enough; the SDK loads one by name where it is asked to.
    adapterOnly(
      'kafkajs',
      '^(packages/message-bus-kafka/|infra/kafka/|examples/consumers/safety-consumer\\.ts$)',
    ),
    adapterOnly('testcontainers', '^(infra/kafka|packages/event-store-eventstoredb/src/container)/'),
    adapterOnly('fastify', '^(packages/(http|hosting|service|internal-http)|services/[^/]+/src)/'),
    adapterOnly('undici', '^packages/internal-http/'),
    adapterOnly('pino', '^packages/telemetry/'),
    adapterOnly('@opentelemetry', '^packages/telemetry/'),
    adapterOnly('@marcbachmann', '^packages/policy/'),
    adapterOnly('yaml', '^(packages/(policy|strict-yaml)|infra/deployment)/'),
    adapterOnly('re2js', '^packages/tool-schema/'),
    adapterOnly('commander', '^packages/cli/'),
    adapterOnly('@modelcontextprotocol', '^examples/'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Specs may import anything; the parser does not know explicit resource management yet.
    exclude: { path: '((^|/)(dist|reports)/|\\.spec\\.ts$)' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
