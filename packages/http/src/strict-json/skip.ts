const WHITESPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;

/** Where the whitespace that starts at `at` ends. */
export function afterWhitespace(text: string, at: number): number {
  return endOf(WHITESPACE, text, at);
}

/** Where the number that starts at `at` ends; `at` if none does. */
export function afterNumber(text: string, at: number): number {
  return endOf(NUMBER, text, at);
}

/** Where `true`, `false` or `null` at `at` ends; `at` if none starts there. */
export function afterWord(text: string, at: number): number {
  return endOf(WORD, text, at);
}

/** Where the array or object that opens at `at` ends, without looking into it; the text's end if it never closes. */
export function afterNested(text: string, at: number): number {
  let open = 0;
  for (let i = at; i < text.length; i++) {
    const char = text[i];
    if (char === '"') i = afterQuoted(text, i) - 1;
    else if (char === '[' || char === '{') open++;
    else if ((char === ']' || char === '}') && --open === 0) return i + 1;
  }
  return text.length;
}

function afterQuoted(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i + 1;
  }
  return text.length;
}

function endOf(token: RegExp, text: string, at: number): number {
  token.lastIndex = at;
  return token.test(text) ? token.lastIndex : at;
}
