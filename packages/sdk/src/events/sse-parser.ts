import { CountersignError, localProblem } from '../problem.ts';

/** One message of a server-sent event stream. `data` is empty where a message only moves the id. */
export interface SseMessage {
  /** The last `id` seen so far; undefined before the first. */
  readonly id: string | undefined;
  readonly data: string;
}

/** Reads server-sent events (WHATWG HTML section 9.2.6) from text in pieces of any size. */
export interface SseParser {
  /**
   * @returns the messages that this piece completes.
   * @throws CountersignError when one message grows beyond the limit.
   */
  push(piece: string): readonly SseMessage[];
  /** The reconnection time that the server asked for, in milliseconds. */
  retryMs(): number | undefined;
}

/** Four times the ledger's largest event (1 MiB of JSON): room for escapes. */
const MAX_MESSAGE_CHARS = 4 * 1024 * 1024;

/** A parser for one connection. @param maxMessageChars most characters of one message. */
export function createSseParser(maxMessageChars: number = MAX_MESSAGE_CHARS): SseParser {
  let rest = '';
  let endedWithCr = false;
  let data: string[] = [];
  let dataChars = 0;
  let id: string | undefined;
  let retryMs: number | undefined;

  const readField = (line: string): void => {
    const colon = line.indexOf(':');
    if (colon === 0) return; // A comment.
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') {
      data.push(value);
      dataChars += value.length;
    } else if (name === 'id' && !value.includes('\0')) id = value;
    else if (name === 'retry' && /^\d{1,9}$/.test(value)) retryMs = Number(value);
  };

  const dispatch = (): SseMessage => {
    const message = { id, data: data.join('\n') };
    data = [];
    dataChars = 0;
    return message;
  };

  return {
    retryMs: () => retryMs,
    push(piece) {
      // A CR LF that is cut in two is one line end.
      const text = endedWithCr && piece.startsWith('\n') ? piece.slice(1) : piece;
      if (piece !== '') endedWithCr = piece.endsWith('\r');
      const lines = (rest + text).split(/\r\n|\n|\r/);
      rest = lines.pop() ?? '';
      const messages: SseMessage[] = [];
      for (const line of lines) {
        if (line === '') messages.push(dispatch());
        else readField(line);
      }
      if (rest.length + dataChars > maxMessageChars) {
        const detail = `a message of the stream is longer than ${maxMessageChars} characters`;
        throw new CountersignError(localProblem('unexpected_answer', detail));
      }
      return messages;
    },
  };
}
