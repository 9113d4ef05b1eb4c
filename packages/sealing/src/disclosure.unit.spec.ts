import { createHash } from 'node:crypto';
import type { JsonValue } from '@countersign/event-sourcing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argumentsDigest, createDiscloser, disclose, openDisclosure, verifyDisclosure } from './index.ts';

const SALT = 'AAECAwQFBgcICQoLDA0ODw';
const json = () => fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as JsonValue);

/**
 * A second writer of disclosures after the text of RFC 9901 section 4.2 and RFC 8785 section 3.2, without the library:
 * members sorted by UTF-16 code units, no white space, ECMAScript numbers; base64 by hand.
 */
function referenceDisclosure(
  salt: string,
  name: string,
  value: JsonValue,
): [encoded: string, digest: string] {
  const canonical = (part: JsonValue): string => {
    if (Array.isArray(part)) return `[${part.map(canonical).join(',')}]`;
    if (part === null || typeof part !== 'object') return JSON.stringify(part);
    const members = Object.entries(part as { [key: string]: JsonValue });
    members.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
  };
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const octets = new TextEncoder().encode(canonical([salt, name, value]));
  const bits = [...octets].map((octet) => octet.toString(2).padStart(8, '0')).join('');
  const encoded = (bits.match(/.{1,6}/g) ?? [])
    .map((six) => alphabet[Number.parseInt(six.padEnd(6, '0'), 2)])
    .join('');
  const digest = createHash('sha256').update(encoded, 'ascii').digest('base64');
  return [encoded, digest.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')];
}

describe('a disclosure', () => {
  it('is the one that RFC 9901 section 4.2.1 prints without white space', () => {
    expect(disclose('family_name', 'Möbius', '_26bc4LT-ac6q2KI6cBW5es').encoded).toBe(
      'WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsImZhbWlseV9uYW1lIiwiTcO2Yml1cyJd',
    );
  });

  it('has the digest that RFC 9901 section 4.2.3 prints', () => {
    const encoded = 'WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0';
    expect(verifyDisclosure(encoded, 'X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0')).toBe(true);
    expect(verifyDisclosure(`${encoded.slice(0, -1)}1`, 'X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0')).toBe(
      false,
    );
  });

  it('O-LOG-2: equals that of an independent implementation', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), json(), (name, value) => {
        const { encoded, digest } = disclose(name, value, SALT);
        expect([encoded, digest]).toEqual(referenceDisclosure(SALT, name, value));
      }),
    );
  });

  it('does not depend on the order of members or the spelling of numbers', () => {
    const one = JSON.parse('{"b":1.0,"a":{"y":1e3,"x":-0}}') as JsonValue;
    const other = JSON.parse('{"a":{"x":0,"y":1000},"b":1}') as JsonValue;
    expect(disclose('arguments', one, SALT)).toEqual(disclose('arguments', other, SALT));
  });

  it('reads back as what was disclosed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), json(), (name, value) => {
        expect(openDisclosure(disclose(name, value, SALT).encoded)).toEqual({ salt: SALT, name, value });
      }),
    );
  });

  it.each([
    ['undefined', undefined],
    ['NaN', Number.NaN],
    ['Infinity in an array', [Number.POSITIVE_INFINITY]],
    ['a lone surrogate', 'half \ud83d'],
    ['a lone surrogate as a member name', { '\udc00': 1 }],
  ])('refuses %s, which has no RFC 8785 form', (_what, value) => {
    expect(() => disclose('reason', value as JsonValue, SALT)).toThrow(RangeError);
  });
});

describe('opening a disclosure', () => {
  it.each([
    ['escaped umlaut', 'WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNXHUwMGY2Yml1cyJd'],
    ['no white space', 'WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsImZhbWlseV9uYW1lIiwiTcO2Yml1cyJd'],
    ['newlines', 'WwoiXzI2YmM0TFQtYWM2cTJLSTZjQlc1ZXMiLAoiZmFtaWx5X25hbWUiLAoiTcO2Yml1cyIKXQ'],
  ])('reads the variants of RFC 9901 section 4.2.1: %s', (_variant, encoded) => {
    expect(openDisclosure(encoded)).toEqual({
      salt: '_26bc4LT-ac6q2KI6cBW5es',
      name: 'family_name',
      value: 'Möbius',
    });
  });

  const encode = (text: string | Buffer) => Buffer.from(text).toString('base64url');
  it.each([
    ['an empty text', ''],
    ['padding', `${encode('["s","n",10]')}=`],
    ['white space inside', `${encode('["s","n",1]').slice(0, 4)}\n${encode('["s","n",1]').slice(4)}`],
    ['the alphabet of plain base64', Buffer.from('["s","n","???>>>"]').toString('base64')],
    ['unused bits that are not zero', `${encode('["s","n",1]').slice(0, -1)}1`],
    ['bytes that are not UTF-8', encode(Buffer.from('["s","n","\u00ff"]', 'latin1'))],
    ['no JSON', encode('["s","n",')],
    ['an object', encode('{"0":"s","1":"n","2":1,"length":3}')],
    ['two elements, as RFC 9901 has for array elements', encode('["s","FR"]')],
    ['four elements', encode('["s","n",1,2]')],
    ['a salt that is no text', encode('[1,"n",1]')],
    ['a name that is no text', encode('["s",null,1]')],
  ])('refuses %s', (_what, encoded) => {
    expect(openDisclosure(encoded)).toMatchObject({ code: 'disclosure_malformed' });
  });

  it('says nothing about the content when it refuses', () => {
    expect(JSON.stringify(openDisclosure(encode('["s","n","secret",1]')))).not.toContain('secret');
  });
});

describe('the digest of arguments', () => {
  it('is that of the disclosure named arguments, so that who has arguments and salt can recompute it', () => {
    const args = { path: '/reports/q3.txt', mode: 420 };
    expect(argumentsDigest(SALT, args)).toBe(disclose('arguments', args, SALT).digest);
    expect(argumentsDigest(SALT, { mode: 420, path: '/reports/q3.txt' })).toBe(argumentsDigest(SALT, args));
    expect(argumentsDigest(SALT, { ...args, mode: 421 })).not.toBe(argumentsDigest(SALT, args));
    expect(argumentsDigest(SALT.toLowerCase(), args)).not.toBe(argumentsDigest(SALT, args));
  });
});

describe('the discloser at the edge', () => {
  it('salts each disclosure with 16 bytes that it uses once', () => {
    const discloser = createDiscloser();
    const salts = Array.from({ length: 2000 }, () => {
      const opened = openDisclosure(discloser('reason', 'because').encoded);
      return 'code' in opened ? '' : opened.salt;
    });
    for (const salt of salts) expect(Buffer.from(salt, 'base64url')).toHaveLength(16);
    expect(new Set(salts).size).toBe(salts.length);
  });
});
