import type { Located } from '@countersign/strict-yaml';
import { isScalar } from 'yaml';

/**
 * Where a character of a text value stands in the file, so that a CEL error points into the expression. Quotes,
 * escapes, folding and indentation make value and source differ only in white space and escapes, so the two are
 * walked together over everything else. `index` may be the length of the value.
 */
export function sourceOffset(text: string, at: Located, index: number): number {
  if (!isScalar(at.node) || typeof at.node.value !== 'string' || at.node.range == null) return at.offset;
  const { value, type } = at.node;
  const end = at.node.range[1];
  const isBlock = type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED';
  const isQuoted = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
  let offset = isBlock ? text.indexOf('\n', at.offset) + 1 : at.offset + (isQuoted ? 1 : 0);
  let lastEnd = offset;
  for (let unit = 0; unit <= index; unit++) {
    if (unit === value.length) return lastEnd;
    if (isSpace(value[unit]!)) continue;
    offset = skipSpace(text, offset, end, type === 'QUOTE_DOUBLE');
    if (unit >= index) return offset;
    offset += width(text, offset, type);
    lastEnd = offset;
  }
  return skipSpace(text, offset, end, type === 'QUOTE_DOUBLE');
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r';
}

/** Skips white space, in double quotes also where it is escaped. */
function skipSpace(text: string, from: number, end: number, escaped: boolean): number {
  let offset = from;
  while (offset < end) {
    if (isSpace(text[offset]!)) offset += 1;
    else if (escaped && text[offset] === '\\' && /[ntr \n\r\t]/.test(text[offset + 1] ?? '')) offset += 2;
    else break;
  }
  return offset;
}

/** How many characters of the file make the one that starts here. */
function width(text: string, offset: number, type: string | undefined): number {
  if (type === 'QUOTE_SINGLE' && text[offset] === "'") return 2;
  if (type !== 'QUOTE_DOUBLE' || text[offset] !== '\\') return 1;
  const digits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
  return 2 + (digits[text[offset + 1] ?? ''] ?? 0);
}
