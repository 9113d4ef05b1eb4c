/** A string and where it ends, or what was expected and where. */
export type ReadString =
  | { readonly value: string; readonly at: number }
  | { readonly expected: string; readonly at: number };

const PLAIN_ESCAPES = new Map(
  Object.entries({ '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }),
);
const HEX = /^[0-9a-fA-F]{4}$/;

/** Reads the JSON string whose opening quote is at `open`. */
export function readString(text: string, open: number): ReadString {
  let value = '';
  let at = open + 1;
  for (;;) {
    const char = text[at];
    if (char === undefined) return { expected: 'expected the closing quote of a string', at };
    if (char === '"') return { value, at: at + 1 };
    if (char < ' ') return { expected: 'expected control characters in strings to be escaped', at };
    if (char !== '\\') {
      value += char;
      at++;
      continue;
    }
    const escaped = readEscape(text, at);
    if (escaped === undefined)
      return { expected: 'expected one of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX', at };
    value += escaped;
    at += text[at + 1] === 'u' ? 6 : 2;
  }
}

function readEscape(text: string, at: number): string | undefined {
  const kind = text[at + 1] ?? '';
  if (kind !== 'u') return PLAIN_ESCAPES.get(kind);
  const digits = text.slice(at + 2, at + 6);
  return HEX.test(digits) ? String.fromCharCode(Number.parseInt(digits, 16)) : undefined;
}
