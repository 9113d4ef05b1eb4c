import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { BROKEN_PROMISE, createNarrator } from './narrator.ts';

it('tells what it has checked, and nothing else', () => {
  let told = '';
  const narrator = createNarrator((text) => {
    told += stripVTControlCharacters(text);
  });
  narrator.scene('A scene');
  narrator.promised('it holds', true);
  expect(() => narrator.promised('it does not', false)).toThrow(
    expect.objectContaining({ code: BROKEN_PROMISE, message: 'it does not' }),
  );
  narrator.quote('one\ntwo\n');
  expect(told).toBe('\n1. A scene\n   ✓ it holds\n   │ one\n   │ two\n');
});
