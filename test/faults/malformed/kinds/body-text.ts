import fc from 'fast-check';
import { goodBodies } from '../good-bodies.ts';
import type { Kind } from './kind.ts';

const LIMIT_BYTES = 256 * 1024;

/** Deeper than the limit, from the first level beyond it to what overflows a recursive reader. */
const DEEP_VALUES = [33, 100, 2_000, 40_000].flatMap((depth) => [
  `${'['.repeat(depth)}${']'.repeat(depth)}`,
  `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
  '['.repeat(depth),
]);
const PROTOTYPE_NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', ''];
const BROKEN_UTF8 = [
  [0xff],
  [0xc0, 0xaf],
  [0xed, 0xa0, 0x80],
  [0xf5, 0x80, 0x80, 0x80],
  [0xe2, 0x82],
  [0x80],
  [0xf0, 0x9f, 0x92],
];

/** A value that JSON can not hold, or that Countersign does not read. */
const NO_VALUES = [
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\udead x"',
  '"\\u12"',
  '"\\x41"',
  '"tab\tinside"',
  '"line\ninside"',
  '9007199254740993',
  '-9007199254740993',
  '1e400',
  '-1e999',
  '01',
  '+1',
  '.5',
  '1.',
  '0x10',
  'NaN',
  'Infinity',
  '-Infinity',
  'undefined',
  'True',
  "'single'",
  'nul',
  '{"a":1,"a":2}',
  '{"a":1,"\\u0061":2}',
  '[1,]',
  '{"a":1,}',
  '{a:1}',
  '/* comment */ 1',
];
const TOP_LEVELS = [
  'null',
  'true',
  '0',
  '-1',
  '""',
  '"text"',
  '[]',
  '[{}]',
  '[[]]',
  ' ',
  '\n',
  '\x00',
  '{',
  '}',
  '[',
  '"',
  '{}{}',
  '{},',
  'null null',
];

/** A body that is no JSON, or not JSON as Countersign reads it. */
export const wrongText: Kind = (operation, good) => {
  const body = goodBodies[operation.id];
  if (operation.bodySchema === null || body === undefined) return null;
  const text = JSON.stringify(body);
  const [name = ''] = Object.keys(body);
  const send = (wrong: string, bytes: Buffer) => ({ ...good, body: bytes, wrong });
  const texts = (wrong: string, ...sent: string[]) =>
    fc.constantFrom(...sent).map((one) => send(`${wrong}: ${one.slice(0, 80)}`, Buffer.from(one)));
  const withMember = (key: string, value: string) => `${text.slice(0, -1)},"${key}":${value}}`;
  const escaped = name.replace(/^./, (first) => `\\u00${first.charCodeAt(0).toString(16)}`);
  const unreadable = fc.oneof(fc.constantFrom(...NO_VALUES), fc.constantFrom(...DEEP_VALUES));

  return fc.oneof(
    texts('top level', ...TOP_LEVELS),
    texts('before', ...['\ufeff', 'x', '/**/', '\x00', ")]}',"].map((before) => before + text)),
    texts('after', ...['x', ',', '\x00', '}', text].map((after) => text + after)),
    texts('a key twice', ...[name, escaped].map((key) => withMember(key, JSON.stringify(body[name])))),
    texts('a name of the prototype', ...PROTOTYPE_NAMES.map((key) => withMember(key, '{"admin":true}'))),
    // The last byte closes the object: nothing shorter is whole.
    fc
      .nat(text.length - 1)
      .map((length) => send(`the first ${length} bytes`, Buffer.from(text.slice(0, length)))),
    fc.tuple(unreadable, fc.nat(20)).map(([value, place]) => {
      return send(`a value: ${value.slice(0, 60)}`, Buffer.from(withValue(text, value, place)));
    }),
    fc.integer({ min: 1, max: 5_000 }).map((more) => {
      const padding = ' '.repeat(LIMIT_BYTES - text.length + more);
      return send(`${more} bytes too many`, Buffer.from(`${text.slice(0, -1)}${padding}}`));
    }),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => send('bytes', Buffer.from([0xff, ...bytes]))),
    fc.constantFrom(...BROKEN_UTF8).map((bytes) => send(`UTF-8: ${bytes}`, inFirstString(text, bytes))),
    fc.constant(send('UTF-16', Buffer.from(text, 'utf16le'))),
  );
};

/** A text with another value in place of one of its strings. */
function withValue(text: string, value: string, place: number): string {
  const strings = [...text.matchAll(/(?<=:)"[^"]*"/g)];
  const string = strings[place % strings.length];
  if (string === undefined) return `{"no_such_field":${value}}`;
  const { index, 0: replaced } = string;
  return text.slice(0, index) + value + text.slice(index + replaced.length);
}

function inFirstString(text: string, bytes: readonly number[]): Buffer {
  const inside = text.indexOf('"') + 1;
  return Buffer.concat([
    Buffer.from(text.slice(0, inside)),
    Buffer.from(bytes),
    Buffer.from(text.slice(inside)),
  ]);
}
