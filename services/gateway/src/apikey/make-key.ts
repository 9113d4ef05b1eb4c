import { randomBytes } from 'node:crypto';
import { hashSecret, makeApiKey, type Party, SECRET_BYTES } from '@countersign/access';
import { streamName } from '@countersign/event-sourcing';
import type { CommandHandler, Handled } from '@countersign/event-store';
import { edgeMetadata, personal, type ServiceDependencies } from '@countersign/service';
import type { Actor } from '../toolcall/events.ts';
import type { ApiKey, ApiKeyCommand, ApiKeyRejection } from './decide.ts';

/** A key to be made. */
export interface NewKey {
  readonly organization: string;
  readonly holder: Party;
  readonly name: string | null;
  readonly expiresAt: string | null;
  readonly by: Actor;
}

/** Makes a key: the text, which is stored nowhere, and what came of recording it. */
export type MakeKey = (key: NewKey) => Promise<{
  readonly id: string;
  readonly key: string;
  readonly handled: Handled<ApiKey, ApiKeyRejection>;
}>;

/** Makes keys of 256 random bits. The text is in the answer alone. */
export function createMakeKey(
  service: ServiceDependencies,
  apiKeys: CommandHandler<ApiKey, ApiKeyCommand, ApiKeyRejection>,
): MakeKey {
  return async ({ organization, holder, name, expiresAt, by }) => {
    const { text: key, id, secret } = makeApiKey(service.ids.next(), randomBytes(SECRET_BYTES));
    const handled = await apiKeys.handle(
      streamName('apikey', id),
      {
        kind: 'create',
        key: {
          key_id: id,
          principal: { kind: holder.kind, id: holder.id },
          hash: hashSecret(secret),
          expires_at: expiresAt,
          created_by: by,
        },
        personal: personal(holder.id, service.disclose('name', name)),
      },
      edgeMetadata(service, { organization }),
    );
    return { id, key, handled };
  };
}
