import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrictJson } from './parse-strict-json.ts';

const parse = (text: string) => parseStrictJson(Buffer.from(text, 'utf8'));
const faultsOf = (text: string) => {
  const parsed = parse(text);
  return parsed.ok ? [] : parsed.errors;
};

describe('what every reader reads alike', () => {
  it.each([
    ['an object', '{"a":[1,-0.5,"x",true,null],"b":{}}'],
    ['a member of the same name at another level', '{"a":{"a":{"a":1}}}'],
    ['the largest safe integers', '[9007199254740991,-9007199254740991]'],
    ['a large number written with an exponent', '[6.02214076e23,-1e21]'],
    ['a whole surrogate pair', '["\\ud83d\\ude00","😀"]'],
    ['escaped quotes and colons in strings', '{"a\\\\\\":":"\\":\\\\","b":":"}'],
    ['a key that only looks like a prototype', '{"constructor":{"prototype":1},"__proto":1}'],
    ['32 levels', `${'['.repeat(32)}${']'.repeat(32)}`],
    ['a bare string', '"text"'],
  ])('reads %s', (_name, text) => {
    expect(parse(text)).toEqual({ ok: true, value: JSON.parse(text) });
  });
});

describe('what is refused, with its place and its remedy', () => {
  it.each([
    ['a duplicate key', '{"a":1,"b":{"x":1,"x":2}}', '/b/x', 'duplicate key'],
    ['a duplicate key written with an escape', '{"ab":1,"\\u0061b":2}', '/ab', 'duplicate key'],
    ['a duplicate beside a key of the prototype', '{"__proto__":1}', '/__proto__', 'rename it'],
    ['an escaped key of the prototype', '{"a":{"\\u005f_proto__":1}}', '/a/__proto__', 'rename it'],
    ['an unsafe integer', '{"a":[1,9007199254740992]}', '/a/1', 'send it as a string'],
    ['an unsafe negative integer', '{"a":-9007199254740993}', '/a', 'send it as a string'],
    ['an unsafe integer with a fraction of zero', '{"a":9007199254740993.0}', '/a', 'send it as a string'],
    ['a long run of digits', `{"a":1${'0'.repeat(30)}}`, '/a', 'send it as a string'],
    ['a number beyond a float', '{"a":1e400}', '/a', 'too large'],
    ['a negative number beyond a float', '{"a":-1e400}', '/a', 'too large'],
    ['half a surrogate pair in a value', '{"a":"\\ud83d"}', '/a', 'surrogate'],
    ['half a surrogate pair in a key', '{"a":{"\\ude00":1}}', '/a', 'surrogate'],
    ['the halves in the wrong order', '["\\ude00\\ud83d"]', '/0', 'surrogate'],
    ['33 levels', `${'['.repeat(33)}${']'.repeat(33)}`, '/0'.repeat(32), '32 levels'],
    ['a key that needs pointer escapes', '{"a/b~c":1,"a/b~c":1}', '/a~1b~0c', 'duplicate key'],
  ])('refuses %s', (_name, text, pointer, remedy) => {
    expect(parse(text)).toMatchObject({ ok: false, code: 'invalid_request' });
    expect(faultsOf(text)).toEqual([{ pointer, detail: expect.stringContaining(remedy) }]);
  });

  it('lists all faults in the order of the text', () => {
    const text = `{"a":1e999,"b":"\\udfff","a":[9007199254740992],"d":${'['.repeat(40)}${']'.repeat(40)},"e":-1e999}`;
    expect(faultsOf(text).map(({ pointer }) => pointer)).toEqual([
      '/a',
      '/b',
      '/a',
      '/a/0',
      `/d${'/0'.repeat(31)}`,
      '/e',
    ]);
  });

  it('names only what is wrong beside what is right', () => {
    expect(faultsOf('[9007199254740991,-9007199254740991,"\\ud83d\\ude00",1e400]')).toMatchObject([
      { pointer: '/3' },
    ]);
  });

  it('goes on behind what is too deep, whatever stands in it', () => {
    const deep = `${'['.repeat(33)}"\\"]",{"]":"}"}${']'.repeat(33)}`;
    expect(faultsOf(`[${deep},1e400]`).map(({ pointer }) => pointer)).toEqual([`/0${'/0'.repeat(31)}`, '/1']);
  });

  it('stops listing at the bound and says so', () => {
    const parsed = parse(`[${'1e999,'.repeat(100)}0]`);
    expect(parsed).toMatchObject({ ok: false, detail: expect.stringContaining('the first 20 faults') });
    expect(faultsOf(`[${'1e999,'.repeat(100)}0]`)).toHaveLength(20);
  });

  it('keeps the pointer to a huge key short', () => {
    const key = 'k'.repeat(100_000);
    expect(faultsOf(`{"${key}":1,"${key}":2}`)[0]?.pointer).toHaveLength(101);
  });
});

describe('what is no JSON', () => {
  it.each([
    ['nothing', '', 'line 1, column 1: expected a value'],
    ['whitespace', ' \n ', 'line 2, column 2: expected a value'],
    ['a trailing comma', '{"a":1,}', 'line 1, column 8: expected a key'],
    ['a missing colon', '{"a" 1}', "line 1, column 6: expected ':'"],
    ['a missing comma', '[1 2]', "line 1, column 4: expected ',' or ']'"],
    ['single quotes', "{'a':1}", 'line 1, column 2: expected a key in double quotes'],
    ['an open string', '{"a":"x', 'line 1, column 8: expected the closing quote'],
    ['a raw line break in a string', '{"a":"x\ny"}', 'line 1, column 8: expected control characters'],
    ['an unknown escape', '["\\x41"]', 'line 1, column 3: expected one of'],
    ['a short unicode escape', '["\\u12"]', 'line 1, column 3: expected one of'],
    ['a leading zero', '{"a":01}', "line 1, column 7: expected ',' or '}'"],
    ['a lone minus', '[-]', 'line 1, column 2: expected a number'],
    ['NaN', '[NaN]', 'line 1, column 2: expected a value'],
    ['a comment', '{} // x', 'line 1, column 4: expected the end of the body'],
    ['a byte order mark', '\ufeff{}', 'line 1, column 1: expected a value'],
    ['deep and never closed', '['.repeat(10_000), 'nested deeper than 32'],
  ])('refuses %s', (_name, text, detail) => {
    expect(parse(text)).toMatchObject({ ok: false, code: 'malformed_json' });
    expect(faultsOf(text)[0]?.detail).toContain(detail);
  });

  it.each([
    ['a stray byte', [0x22, 0xff, 0x22]],
    ['an overlong form', [0x22, 0xc0, 0xaf, 0x22]],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['UTF-16', [...Buffer.from('"aé"', 'utf16le')]],
  ])('refuses bytes that are not UTF-8: %s', (_name, bytes) => {
    expect(parseStrictJson(Uint8Array.from(bytes))).toMatchObject({ ok: false, code: 'malformed_json' });
  });
});

/** Pieces that make texts near the border between good and bad. */
const pieces = fc.constantFrom(
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '"a"',
    '"b"',
    '"a":',
    '"__proto__":',
    '"\\u0061":',
    ' ',
    '\n',
    '\u0001',
  ],
  ...[
    '0',
    '1',
    '-',
    '.',
    'e',
    '1e400',
    '9007199254740992',
    '1.5',
    '1e21',
    'true',
    'null',
    'nul',
    '\\ud800',
    '"\\ud800"',
  ],
  ...['"\\ud83d\\ude00"', '"\\\\"', '"\\""', 'é', '😀'],
);
const jsonish = fc.array(pieces, { maxLength: 14 }).map((parts) => parts.join(''));

/** The same rules, said in another way: a token list and a stack, numbers as big integers. */
function verdictOf(text: string): 'accepted' | 'malformed_json' | 'invalid_request' {
  try {
    JSON.parse(text);
  } catch {
    return 'malformed_json';
  }
  const tokens = text.match(/"(?:\\.|[^"\\])*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  const open: Set<string>[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token.startsWith('"')) {
      const string: string = JSON.parse(token);
      if (/\p{Surrogate}/u.test(string)) return 'invalid_request';
      if (tokens[index + 1] !== ':') continue;
      if (string === '__proto__' || open.at(-1)?.has(string)) return 'invalid_request';
      open.at(-1)?.add(string);
    } else if (/^-?\d/.test(token) && isUnsafe(token)) return 'invalid_request';
    if (open.length > 32) return 'invalid_request';
  }
  return 'accepted';
}

function isUnsafe(token: string): boolean {
  if (!Number.isFinite(Number(token))) return true;
  const written = /^-?\d+$/.test(token) ? token : String(Number(token));
  const limit = 2n ** 53n - 1n;
  return /^-?\d+$/.test(written) && (BigInt(written) > limit || BigInt(written) < -limit);
}

describe('against an independent reader', () => {
  it('takes and refuses the same texts', () => {
    fc.assert(
      fc.property(fc.oneof(jsonish, fc.json(), fc.string()), (text) => {
        const parsed = parse(text);
        expect(parsed.ok ? 'accepted' : parsed.code).toBe(verdictOf(text));
        if (parsed.ok) expect(parsed.value).toEqual(JSON.parse(text));
        else expect(parsed.errors.length).toBeGreaterThan(0);
      }),
      { numRuns: 20_000 },
    );
  });

  it('takes what it has written', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const parsed = parse(text);
        if (parsed.ok) expect(parse(JSON.stringify(parsed.value))).toEqual(parse(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('answers any bytes with a value or a fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const parsed = parseStrictJson(bytes);
        if (!parsed.ok) expect(parsed.code).toBe('malformed_json');
      }),
    );
  });
});
