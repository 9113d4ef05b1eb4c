/**
 * What a terminal would obey, or a reader not see: control characters (with escape sequences), bidi marks, zero-width
 * and other ignorable characters, lone surrogates, private use, line and paragraph separators.
 */
const DECEPTIVE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Text of an agent or another person as one line that shows every character that is in it. */
export function plainText(text: string): string {
  return text.replace(DECEPTIVE, (character) => SHORT[character] ?? escapeOf(character));
}

/** The same for text of several lines. Each line is marked, so that none passes for a line of ours. */
export function plainLines(text: string): string {
  return text
    .split('\n')
    .map((line) => `| ${plainText(line)}`)
    .join('\n');
}

/** JSON that shows every character: valid, and equal to what was given. */
export function plainJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent) ?? 'null';
  return text.replace(DECEPTIVE, (character) => (character === '\n' ? '\n' : escapeOf(character)));
}

/** `\uXXXX`, twice beyond the basic plane: as JSON and JavaScript write it. */
function escapeOf(character: string): string {
  return Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
}
