import { describe, expect, it } from 'vitest';
import { fieldErrorOf } from './field-error.ts';

const found = (pointer: string) => ({ pointer, problem: 'is 5', remedy: 'write at most 3' });

describe('what a parser of controls found', () => {
  it.each(['', '/project/0/role', '/a~1b/~0/~01'])('at %j is answered with its place', (pointer) => {
    expect(fieldErrorOf(found(pointer))).toEqual({ pointer, detail: 'is 5; write at most 3' });
  });

  it('is not answered with a name that fills the answer', () => {
    expect(fieldErrorOf(found(`/${'x'.repeat(10_000)}/y`)).pointer).toBe(`/${'x'.repeat(64)}…/y`);
  });
});
