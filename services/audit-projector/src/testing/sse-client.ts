/** One message of a stream of server-sent events. */
export interface SseMessage {
  readonly id: string;
  readonly event: string;
  readonly data: { readonly [name: string]: unknown };
}

/** A reader of `/v1/events/stream` that takes one message at a time. */
export interface SseClient {
  readonly status: number;
  /** The next message; `null` at the end of the stream. */
  next(): Promise<SseMessage | null>;
  /** Goes away at once, whatever is under way. */
  abort(): Promise<void>;
}

/** Opens a stream with a key of a test. */
export async function followStream(
  server: URL,
  query: string,
  { as = 'user:olga@acme', lastEventId }: { readonly as?: string; readonly lastEventId?: string } = {},
): Promise<SseClient> {
  const leaving = new AbortController();
  const response = await fetch(new URL(`/v1/events/stream?${query}`, server), {
    headers: {
      authorization: `Bearer ${as}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    signal: leaving.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async (): Promise<SseMessage | null> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        if (block.startsWith('id: ')) return messageOf(block);
        continue;
      }
      const piece = await reader?.read().catch(() => undefined);
      if (!piece || piece.done) return null;
      text += piece.value;
    }
  };
  return {
    status: response.status,
    next,
    async abort() {
      leaving.abort();
      await reader?.closed.catch(() => {});
    },
  };
}

function messageOf(block: string): SseMessage {
  const fields = block.split('\n').map((line) => {
    const colon = line.indexOf(': ');
    return [line.slice(0, colon), line.slice(colon + 2)] as const;
  });
  const { id = '', event = '', data = '' } = Object.fromEntries(fields);
  return { id, event, data: JSON.parse(data) };
}
