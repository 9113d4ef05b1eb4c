import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICES, type ServiceName } from '@countersign/infra-cluster';
import { temporaryDirectory } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { isPinned } from './image-name.ts';
import { type Container, type KubernetesObject, mayReach, type Pod, selects } from './kubernetes-objects.ts';
import { findKubernetesTools } from './rendering.ts';
import { isThere, yamlDocuments } from './repository.ts';
import { programOf, settingProblems } from './settings.ts';

/** What is meant to run on: the oldest that the objects are for, and the newest there is. */
const VERSIONS = ['1.31.0', '1.37.0'];
const LAYERS = ['base', 'overlays/development', 'overlays/production'];

const tools = await findKubernetesTools();

if ('missing' in tools) {
  describe('the Kubernetes objects', () => {
    it(`were not checked, because ${tools.missing.split('\n')[0]}`, () => {
      expect(process.env.REQUIRE_ALL, tools.missing).toBeUndefined();
    });
  });
} else {
  describe.each(LAYERS)('the Kubernetes objects of %s', (layer) => {
    const text = tools.render(`infra/kubernetes/${layer}`);
    const objects = yamlDocuments<KubernetesObject>(text);
    const ofKind = (kind: string) => objects.filter((one) => one.kind === kind);
    const named = (kind: string, name: string) => {
      const found = ofKind(kind).find(({ metadata }) => metadata.name === name);
      if (!found) throw new Error(`there is no ${kind} ${name}`);
      return found;
    };
    const workload = (service: ServiceName) =>
      named(service === 'audit-projector' ? 'StatefulSet' : 'Deployment', service);
    const podOf = (service: ServiceName): Pod => workload(service).spec!.template!.spec;
    const containerOf = (service: ServiceName): Container => podOf(service).containers[0]!;
    const workloads = [...ofKind('Deployment'), ...ofKind('StatefulSet'), ...ofKind('Job')];
    const isProduction = layer !== 'overlays/development';

    it.each(VERSIONS)('hold by the schemas of %s, without an unknown field', async (version) => {
      await using directory = await temporaryDirectory();
      const file = join(directory.path, 'objects.yaml');
      writeFileSync(file, text);
      expect(tools.problems(file, version)).toEqual([]);
      writeFileSync(file, text.replace('replicas:', 'replcas:'));
      expect(tools.problems(file, version).join()).toContain('replcas');
    });

    it('run each service by its program, in an image of a whole version', () => {
      for (const service of SERVICES) {
        expect(containerOf(service).args).toEqual(programOf(service));
        expect(isThere(`services/cluster/src/${service}.ts`)).toBe(true);
      }
      expect(isThere(named('Job', 'topics').spec!.template!.spec.containers[0]!.args![0]!)).toBe(true);
      const images = workloads.flatMap(({ spec }) => {
        const { containers, initContainers = [] } = spec!.template!.spec;
        return [...containers, ...initContainers].map(({ image }) => image);
      });
      for (const image of images) expect(isPinned(image), image).toBe(true);
    });

    it('give each service the settings that it needs, and none that it does not know', () => {
      const problems = SERVICES.flatMap((service) => {
        const { env = [], envFrom = [] } = containerOf(service);
        const fromMaps = envFrom.flatMap(({ configMapRef }) =>
          Object.keys(named('ConfigMap', configMapRef.name).data!),
        );
        return settingProblems(service, [...env.map(({ name }) => name), ...fromMaps]);
      });
      expect(problems).toEqual([]);
    });

    it('hold no secret, and show each key to those who need it', () => {
      expect(ofKind('Secret')).toEqual([]);
      const secretOf = (service: ServiceName) =>
        podOf(service).volumes.flatMap(({ secret }) => (secret ? [secret.secretName] : []));
      expect(SERVICES.map(secretOf)).toEqual([
        ['countersign-gateway-keys'],
        ['countersign-service-keys'],
        ['countersign-service-keys'],
        ['countersign-service-keys'],
        ['countersign-vault-keys'],
      ]);
      for (const service of SERVICES) {
        const url = containerOf(service).env!.find(({ name }) => name === 'COUNTERSIGN_EVENTSTORE_URL');
        expect(url).toMatchObject({ valueFrom: { secretKeyRef: { name: 'countersign-eventstore' } } });
        // The group of a volume may read its files, and a key that others may read is refused.
        expect(containerOf(service).volumeMounts).toContainEqual(
          expect.objectContaining({ name: 'keys', mountPath: '/run/countersign/keys', readOnly: true }),
        );
      }
    });

    it('take every right away', () => {
      for (const { metadata, spec } of workloads) {
        const pod = spec!.template!.spec;
        expect(pod.automountServiceAccountToken, metadata.name).toBe(false);
        expect(pod.securityContext, metadata.name).toMatchObject({
          runAsNonRoot: true,
          runAsUser: 1000,
          seccompProfile: { type: 'RuntimeDefault' },
        });
        for (const { securityContext, resources } of [...pod.containers, ...(pod.initContainers ?? [])]) {
          expect(securityContext, metadata.name).toEqual({
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          });
          expect(resources?.requests).toMatchObject({ cpu: expect.anything(), memory: expect.anything() });
          expect(resources?.limits).toMatchObject({ cpu: expect.anything(), memory: expect.anything() });
        }
      }
    });

    it('ask each service whether it lives and is ready, let it end, and have it scraped', () => {
      for (const service of SERVICES) {
        const { startupProbe, livenessProbe, readinessProbe } = containerOf(service);
        expect(startupProbe?.httpGet.path).toBe('/healthz');
        expect(livenessProbe?.httpGet.path).toBe('/healthz');
        expect(readinessProbe?.httpGet.path).toBe('/readyz');
        expect(podOf(service).terminationGracePeriodSeconds).toBeGreaterThan(30);
        expect(podOf(service).topologySpreadConstraints).toHaveLength(2);
        expect(workload(service).spec!.template!.metadata.annotations).toMatchObject({
          'prometheus.io/scrape': 'true',
          'prometheus.io/port': '7070',
        });
      }
    });

    it('run several of everything but the key vault, and keep them when nodes are drained', () => {
      const counts = SERVICES.map((service) => workload(service).spec!.replicas);
      expect(counts).toEqual(isProduction ? [3, 2, 2, 2, 1] : [1, 1, 1, 1, 1]);
      const budgets = ofKind('PodDisruptionBudget');
      expect(budgets.map(({ metadata }) => metadata.name)).toEqual(
        isProduction ? ['approval-service', 'gateway', 'meter-service', 'policy-engine'] : [],
      );
      for (const { metadata, spec } of budgets) {
        expect(selects(spec!.selector!, metadata.name)).toBe(true);
        expect(spec!.minAvailable).toBe(workload(metadata.name as ServiceName).spec!.replicas! - 1);
      }
      const [claim] = workload('audit-projector').spec!.volumeClaimTemplates!;
      expect(claim!.spec.accessModes).toEqual(['ReadWriteOncePod']);
    });

    it('select the pods that they are about', () => {
      for (const service of SERVICES) {
        expect(selects(workload(service).spec!.selector!, service)).toBe(true);
        expect(named('Service', service).spec!.selector).toEqual({ 'app.kubernetes.io/component': service });
      }
    });

    it('let the gateway reach the services, the services the vault, and nothing else each other', () => {
      const policies = ofKind('NetworkPolicy');
      expect(named('NetworkPolicy', 'nothing-by-default').spec).toEqual({
        podSelector: {},
        policyTypes: ['Ingress', 'Egress'],
      });
      const reached = SERVICES.flatMap((from) =>
        SERVICES.filter((to) => mayReach(policies, from, to)).map((to) => `${from} > ${to}`),
      );
      expect(reached).toEqual([
        'gateway > policy-engine',
        'gateway > approval-service',
        'gateway > meter-service',
        'gateway > audit-projector',
        'policy-engine > audit-projector',
        'approval-service > audit-projector',
        'meter-service > audit-projector',
      ]);
    });

    it('let clients in at the gateway alone, and out to names, Kafka and the store alone', () => {
      const rules = ofKind('NetworkPolicy').flatMap(({ spec }) => [
        ...(spec!.ingress ?? []).flatMap(({ from = [{}], ports }) =>
          from.map((peer) => ['in', spec!.podSelector!, peer, ports] as const),
        ),
        ...(spec!.egress ?? []).flatMap(({ to = [{}], ports }) =>
          to.map((peer) => ['out', spec!.podSelector!, peer, ports] as const),
        ),
      ]);
      const outside = rules.filter(([, , peer]) => peer.podSelector === undefined || peer.namespaceSelector);
      const told = outside.map(
        ([way, pods, { namespaceSelector, podSelector }, ports]) =>
          `${way} ${Object.entries({ ...namespaceSelector?.matchLabels, ...podSelector?.matchLabels })
            .map((label) => label.join('='))
            .join(
              ' ',
            )} ${ports.map(({ port }) => port)} of ${SERVICES.filter((one) => selects(pods, one)).length}`,
      );
      expect(told.sort()).toEqual([
        'in countersign-clients=true 7070 of 1',
        'in countersign-prometheus=true 7070 of 5',
        'out countersign-eventstore=true 2113 of 5',
        'out countersign-kafka=true 9092 of 5',
        'out kubernetes.io/metadata.name=kube-system k8s-app=kube-dns 53,53 of 5',
      ]);
    });

    it('stand in one namespace, which forbids rights', () => {
      const [namespace] = ofKind('Namespace');
      expect(namespace!.metadata).toMatchObject({
        labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
      });
      const places = objects
        .filter((one) => one.kind !== 'Namespace')
        .map(({ metadata }) => metadata.namespace);
      if (layer !== 'base') expect(new Set(places)).toEqual(new Set([namespace!.metadata.name]));
    });
  });
}
