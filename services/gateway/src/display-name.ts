import type { Message } from '@countersign/message-bus';
import { isOpenError, type Sealer } from '@countersign/sealing';
import { sealedEvent } from '@countersign/service';

/** An erasable text of a registration, as answers show it. */
export type ShownText = string | null | { readonly erased: true };

/** Opens one erasable text of an event; throws only when the vault can't answer, which the edge turns into 503. */
export async function openText(sealer: Sealer, message: Message, name: string): Promise<ShownText> {
  const opened = await sealer.openFields(sealedEvent(message), [name]);
  if (isOpenError(opened))
    throw new Error(`the key vault can not open ${name} of ${message.subject}: ${opened.code}`);
  if (opened.erased) return { erased: true };
  const text = opened.fields[name];
  return typeof text === 'string' ? text : null;
}
