import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Principal } from '@countersign/access';
import { dataHashOf, signedText } from '@countersign/contracts';
import type { AgentEntry, Directory, SigningKeyEntry } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import type { EventStore } from '@countersign/event-store';
import type { SignedIntent } from './read-intent.ts';
import { type Refused, refused } from './verdict.ts';

interface AuthenticationDependencies {
  readonly directory: Directory;
  readonly store: Pick<EventStore, 'read'>;
  /** Resolves when the directory has seen everything up to a position. */
  readonly reached: (position: number) => Promise<void>;
}

/** Who signed an intent: the agent that its record is keyed by, by a key of it that is in force; or why it was nobody. */
export type AuthenticateIntent = (intent: SignedIntent) => Promise<Principal | Refused>;

/** By the keys in force that the directory knows. */
export function createAuthenticateIntent(deps: AuthenticationDependencies): AuthenticateIntent {
  const { directory, store } = deps;
  const keyObject = rememberKeys();

  const signer = (agent: AgentEntry | undefined, intent: SignedIntent, text: Buffer) =>
    agent?.signingKeys.find(
      (key) =>
        key.revokedAt === null &&
        verify(null, text, keyObject(key.publicKey), Buffer.from(intent.signature, 'base64url')),
    );

  return async (intent) => {
    const { organization, agentId } = intent;
    const text = Buffer.from(signedText(intent.attributes, dataHashOf(intent.data)));
    const known = () => directory.agent(organization, agentId);
    let key = signer(known(), intent, text);
    if (!key) {
      // It may have been registered a moment ago, by another gateway.
      const stream = streamName('agent', `${organization}:${agentId}`);
      const after = known()?.sequence ?? 0;
      const [unseen] = await store.read(stream, { after, limit: 1, visibility: 'accepted' });
      if (unseen) {
        await deps.reached(unseen.position);
        key = signer(known(), intent, text);
      }
    }
    if (!key) return refused('bad_signature', whyNot(known()));
    return { kind: 'agent', id: agentId, organization, keyId: key.id };
  };
}

function whyNot(agent: AgentEntry | undefined): string {
  if (!agent) return 'there is no such agent';
  const inForce = agent.signingKeys.some(({ revokedAt }) => revokedAt === null);
  return inForce
    ? 'no signing key of the agent that is in force made this signature'
    : 'the agent has no signing key in force';
}

/** Reading a key costs as much as using it: each is read once. */
function rememberKeys(): (publicKey: SigningKeyEntry['publicKey']) => KeyObject {
  const read = new WeakMap<object, KeyObject>();
  return (publicKey) => {
    const known = read.get(publicKey);
    if (known) return known;
    const key = createPublicKey({ key: { ...publicKey }, format: 'jwk' });
    read.set(publicKey, key);
    return key;
  };
}
