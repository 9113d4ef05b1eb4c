/** As much of Kubernetes' objects as the tests look at. */
export interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: Spec;
}

interface Spec {
  readonly replicas?: number;
  readonly selector?: Selector;
  readonly template?: { readonly metadata: Labelled; readonly spec: Pod };
  readonly minAvailable?: number;
  readonly volumeClaimTemplates?: readonly { readonly spec: { readonly accessModes: readonly string[] } }[];
  readonly podSelector?: Selector;
  readonly policyTypes?: readonly string[];
  readonly ingress?: readonly { readonly from?: readonly Peer[]; readonly ports: readonly Port[] }[];
  readonly egress?: readonly { readonly to?: readonly Peer[]; readonly ports: readonly Port[] }[];
}

interface Labelled {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values: readonly string[];
  }[];
}

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
}

interface Port {
  readonly port: number;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: object;
  }[];
  readonly envFrom?: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly resources?: { readonly requests: object; readonly limits: object };
  readonly securityContext?: object;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Probe {
  readonly httpGet: { readonly path: string };
}

export interface Pod {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly securityContext: object;
  readonly automountServiceAccountToken: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly topologySpreadConstraints?: readonly object[];
  readonly volumes: readonly { readonly name: string; readonly secret?: { readonly secretName: string } }[];
}

const COMPONENT = 'app.kubernetes.io/component';

/** Whether a pod of this component is selected. Only what we write is understood. */
export function selects({ matchLabels = {}, matchExpressions = [] }: Selector, component: string): boolean {
  const labels: Record<string, string> = {
    [COMPONENT]: component,
    'app.kubernetes.io/part-of': 'countersign',
  };
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(
      ({ key, operator, values }) => operator === 'In' && values.includes(labels[key] ?? ''),
    )
  );
}

/**
 * Whether the policies let a component send to another: out of the one and into the other, as both must. Policies without
 * which everything is refused are looked for elsewhere.
 */
export function mayReach(policies: readonly KubernetesObject[], from: string, to: string): boolean {
  const peers = (list: readonly Peer[] = [], component: string) =>
    list.some(
      ({ podSelector, namespaceSelector }) =>
        podSelector !== undefined && namespaceSelector === undefined && selects(podSelector, component),
    );
  const leaves = policies.some(
    ({ spec }) =>
      selects(spec!.podSelector!, from) && (spec!.egress ?? []).some((rule) => peers(rule.to, to)),
  );
  const enters = policies.some(
    ({ spec }) =>
      selects(spec!.podSelector!, to) && (spec!.ingress ?? []).some((rule) => peers(rule.from, from)),
  );
  return leaves && enters;
}
