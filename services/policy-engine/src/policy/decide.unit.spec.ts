import { alwaysIdempotent, spec } from '@countersign/event-sourcing/testing';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { type PolicyCommand, policy } from './decide.ts';
import type { Actor, PolicyActivated, PolicyEvent, PolicyPublished, PolicyScope } from './events.ts';

const by: Actor = { kind: 'user', id: 'dora' };
const acme: PolicyScope = { organization: 'acme' };

const version = (text: string): Omit<PolicyPublished['data'], 'version'> => ({
  policy_id: 'calm',
  digest: `digest of ${text}`,
  text,
  tests: 'tests',
  engine: { name: 'engine', version: '1' },
  author: by,
});
const publish = (text: string): PolicyCommand => ({ kind: 'publish', version: version(text) });
const published = (number: number, text: string): PolicyEvent => ({
  type: 'policy-published.v1',
  data: { ...version(text), version: number },
});

type Activation = Partial<Pick<PolicyActivated['data'], 'version' | 'mode' | 'scope' | 'floor'>>;
const activate = (change: Activation = {}): PolicyCommand => ({
  kind: 'activate',
  version: 1,
  mode: 'enforce',
  scope: acme,
  floor: false,
  by,
  ...change,
});
const activated = (change: Activation = {}, previous: number | null = null): PolicyEvent => {
  const { version: number = 1, mode = 'enforce', scope = acme, floor = false } = change;
  const digest = `digest of text ${number}`;
  return {
    type: 'policy-activated.v1',
    data: { policy_id: 'calm', version: number, digest, mode, scope, floor, previous, by },
  };
};
const deactivated = (change: Activation = {}): PolicyEvent => {
  const { version: number = 1, mode = 'enforce', scope = acme } = change;
  const digest = `digest of text ${number}`;
  return {
    type: 'policy-deactivated.v1',
    data: { policy_id: 'calm', version: number, digest, mode, scope, by },
  };
};
const [one, two] = [published(1, 'text 1'), published(2, 'text 2')];

describe('a version', () => {
  it('counts up, and is not published again while it is the newest', () => {
    spec(policy).given().when(publish('text 1')).then(one);
    spec(policy).given(one).when(publish('text 2')).then(two);
    spec(policy).given(one).when(publish('text 1')).thenNothing();
    spec(policy).given(one, two).when(publish('text 1')).then(published(3, 'text 1'));
  });

  it('is another one when only its tests are', () => {
    const tested = { ...version('text 1'), tests: 'more tests' };
    spec(policy)
      .given(one)
      .when({ kind: 'publish', version: tested })
      .then({ type: 'policy-published.v1', data: { ...tested, version: 2 } });
  });
});

describe('an activation', () => {
  it('needs a version that is published', () => {
    spec(policy).given().when(activate()).thenRejected('not_found');
    spec(policy)
      .given(one)
      .when(activate({ version: 2 }))
      .thenRejected('not_found');
  });

  it('replaces what is in force in its scope, and says what that was', () => {
    spec(policy).given(one, two).when(activate()).then(activated());
    spec(policy)
      .given(one, two, activated())
      .when(activate({ version: 2 }))
      .then(activated({ version: 2 }, 1));
    spec(policy)
      .given(one, two, activated({ version: 2 }))
      .when(activate())
      .then(activated({}, 2));
  });

  it('is already so with the same version, mode and floor, and else is not', () => {
    spec(policy).given(one, activated()).when(activate()).thenNothing();
    spec(policy)
      .given(one, activated())
      .when(activate({ mode: 'shadow' }))
      .then(activated({ mode: 'shadow' }, 1));
    spec(policy)
      .given(one, activated())
      .when(activate({ floor: true }))
      .then(activated({ floor: true }, 1));
  });

  it('leaves other scopes as they are', () => {
    const project = { organization: 'acme', project: 'billing' };
    spec(policy)
      .given(one, two, activated())
      .when(activate({ version: 2, scope: project }))
      .then(activated({ version: 2, scope: project }));
    spec(policy)
      .given(one, two, activated())
      .when(activate({ scope: {} }))
      .then(activated({ scope: {} }));
  });

  it('knows its scope whatever the order of its members', () => {
    const written = { project: 'billing', organization: 'acme' };
    spec(policy)
      .given(one, activated({ scope: { organization: 'acme', project: 'billing' } }))
      .when(activate({ scope: written }))
      .thenNothing();
  });
});

describe('a deactivation', () => {
  it('ends what is in force in its scope, and nothing else', () => {
    const deactivate = (scope: PolicyScope): PolicyCommand => ({ kind: 'deactivate', scope, by });
    spec(policy).given().when(deactivate(acme)).thenRejected('not_found');
    spec(policy).given(one).when(deactivate(acme)).thenNothing();
    spec(policy).given(one, activated()).when(deactivate(acme)).then(deactivated());
    spec(policy).given(one, activated()).when(deactivate({})).thenNothing();
    spec(policy).given(one, activated(), deactivated()).when(deactivate(acme)).thenNothing();
    spec(policy).given(one, activated(), deactivated()).when(activate()).then(activated());
  });
});

describe('an adoption', () => {
  const adopt: PolicyCommand = { kind: 'adopt', version: version('text 1'), scope: acme };

  it('publishes and activates at once, where there is nothing yet', () => {
    spec(policy).given().when(adopt).then(one, activated());
  });

  it('never comes over what somebody has published, activated or ended since', () => {
    spec(policy)
      .given(one, activated(), two, activated({ version: 2 }, 1))
      .when(adopt)
      .thenNothing();
    spec(policy).given(one, activated(), deactivated()).when(adopt).thenNothing();
    spec(policy).given(two).when(adopt).thenNothing();
  });
});

it('is idempotent after any history', () => {
  const scope = fc.constantFrom<PolicyScope>({}, acme, { project: 'billing' });
  const text = fc.constantFrom('text 1', 'text 2', 'text 3');
  alwaysIdempotent(
    policy,
    fc.oneof(
      text.map(publish),
      fc.record({
        kind: fc.constant('activate' as const),
        version: fc.integer({ min: 1, max: 4 }),
        mode: fc.constantFrom('enforce' as const, 'shadow' as const),
        scope,
        floor: fc.boolean(),
        by: fc.constant(by),
      }),
      fc.record({ kind: fc.constant('deactivate' as const), scope, by: fc.constant(by) }),
      fc.constant<PolicyCommand>({ kind: 'adopt', version: version('text 1'), scope: acme }),
    ),
  );
});
