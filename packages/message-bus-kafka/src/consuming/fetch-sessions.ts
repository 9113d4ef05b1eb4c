/**
 * The client asks for all its partitions each time and is answered about all of them, with records or without: a group of three
 * topics asks for 36 to get one record, and encoding, decoding and looking through the other 35 is most of what consuming
 * costs, here and in the broker. The protocol has sessions for that (KIP-227), the client's requests have their fields, and
 * nothing fills them in. Here it is done (`fetching.ts` says where): the broker remembers what is fetched, is told what changes, and answers what is new.
 */

interface Partition {
  readonly partition: number;
  readonly fetchOffset: string;
  readonly maxBytes: number;
}

/** kafkajs' request of a fetch, as far as sessions change it (KIP-227). */
export interface FetchRequest {
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly Partition[] }[];
}

/** The broker's answer, as far as sessions read it. */
export interface FetchResponse {
  readonly errorCode?: number;
  readonly sessionId?: number;
  readonly responses: readonly object[];
}

/** What a request says of its session beside the partitions. */
export interface SessionFields {
  readonly sessionId: number;
  readonly sessionEpoch: number;
  readonly forgottenTopics: readonly { readonly topic: string; readonly partitions: readonly number[] }[];
}

/** The session of one consumer with one broker. */
export interface FetchSession {
  /** `send` takes what is left of the request to be said. Rejects as it does. */
  fetch<Request extends FetchRequest, Response extends FetchResponse>(
    request: Request,
    send: (request: Request, fields: SessionFields) => Promise<Response>,
  ): Promise<Response>;
}

const MAX_EPOCH = 2 ** 31 - 1;

/** No session yet: the first request is a whole one. */
export function createFetchSession(): FetchSession {
  /** 0: none, and a whole request asks for one. */
  let id = 0;
  /** 0: the next request is a whole one, and ends the session before. */
  let epoch = 0;
  /** What the broker remembers: where it goes on in each partition. */
  let told = new Map<string, string>();

  return {
    async fetch(request, send) {
      const whole = epoch === 0;
      const wanted = new Map<string, string>();
      const topics = request.topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.filter((one) => {
          const [key, place] = [`${topic}/${one.partition}`, `${one.fetchOffset}/${one.maxBytes}`];
          wanted.set(key, place);
          return whole || told.get(key) !== place;
        }),
      }));
      const changed = topics.filter(({ partitions }) => partitions.length > 0);
      const gone = whole ? [] : [...told.keys()].filter((key) => !wanted.has(key));
      const fields = { sessionId: id, sessionEpoch: epoch, forgottenTopics: gone.map(forgotten) };
      // Until it is known what the broker has made of it, nothing is: then the next request is a whole one.
      epoch = 0;
      const response = await send({ ...request, topics: changed }, fields);
      if (response.errorCode) {
        // The broker knows the session no more: it has had no room for it, or was restarted.
        id = 0;
        if (whole) throw new Error(`a fetch was refused with code ${response.errorCode}`);
        return { ...response, responses: [] };
      }
      id = response.sessionId ?? 0;
      told = wanted;
      // Without a session, because there is no room for one or the broker knows none, every request is whole.
      if (id !== 0) epoch = fields.sessionEpoch === MAX_EPOCH ? 1 : fields.sessionEpoch + 1;
      return response;
    },
  };
}

function forgotten(key: string): { topic: string; partitions: number[] } {
  const at = key.lastIndexOf('/');
  return { topic: key.slice(0, at), partitions: [Number(key.slice(at + 1))] };
}
