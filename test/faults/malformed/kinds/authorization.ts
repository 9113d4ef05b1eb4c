import fc from 'fast-check';
import { withHeader } from '../raw-request.ts';
import type { Kind } from './kind.ts';

/** A key of nobody, and what is no key. */
export const withoutKey: Kind = (operation, good) => {
  if (operation.open) return null;
  const key = good.headers.find((line) => line.startsWith('Authorization: Bearer '))!.slice(22);
  return fc
    .oneof(
      fc.constantFrom(
        null,
        '',
        'Bearer',
        'Bearer ',
        `Basic ${key}`,
        key,
        `Bearer ${key}x`,
        `Bearer ${key.slice(0, -1)}`,
        `Bearer ${key.toUpperCase()}`,
        `Bearer ${key} ${key}`,
        `Bearer ${key}, Bearer ${key}`,
        'Bearer __proto__',
        'Bearer constructor',
        'Bearer cs_',
        `Bearer cs_${'A'.repeat(12_000)}`,
      ),
      fc.base64String({ maxLength: 80 }).map((text) => `Bearer cs_${text}`),
      fc.string({ unit: 'grapheme-ascii', maxLength: 80 }),
    )
    .map((value) => ({ ...withHeader(good, 'Authorization', value), wrong: `key ${value?.slice(0, 60)}` }));
};

/** An organization that there is not, or that is none. */
export const foreignOrganization: Kind = (operation, good) => {
  if (operation.open) return null;
  return fc
    .constantFrom(
      'nobody',
      '__proto__',
      'constructor',
      'default,default',
      'DEFAULT',
      '',
      'a b',
      '%00',
      '\xff',
    )
    .map((value) => ({
      ...withHeader(good, 'Countersign-Organization', value),
      wrong: `organization ${value}`,
    }));
};
