/**
 * The id of the call that an intent becomes: a UUIDv8 of the intent's id (its time, where it is a UUIDv7) and a hash of
 * organization, agent and id. Known before anything is sent, so that its events can be told from others.
 */
export async function callIdOf(organization: string, agentId: string, intentId: string): Promise<string> {
  const principal = `agent:${agentId}`;
  const name = `${organization.length}:${organization}${principal.length}:${principal}${intentId}`;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(name));
  const bytes = new Uint8Array(digest).slice(0, 16);
  if (UUID_V7.test(intentId)) {
    const time = intentId.replaceAll('-', '').slice(0, 12);
    for (let index = 0; index < 6; index += 1)
      bytes[index] = Number.parseInt(time.slice(index * 2, index * 2 + 2), 16);
  }
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [8, 12, 16, 20].reduceRight((text, at) => `${text.slice(0, at)}-${text.slice(at)}`, hex);
}

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
