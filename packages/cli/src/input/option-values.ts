import { InvalidArgumentError } from 'commander';

/** For options that take a whole number. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('give a whole number, such as 100');
  }
  return value;
}

/** For options that may be given several times. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** For options that take several words, as `a,b`. */
export function words(text: string): readonly string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** For options that take one of some words. */
export function oneOf<Word extends string>(known: readonly Word[]): (text: string) => Word {
  return (text) => {
    const found = known.find((word) => word === text);
    if (found === undefined) throw new InvalidArgumentError(`give one of: ${known.join(', ')}`);
    return found;
  };
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** For options that take a duration such as `90s`, `15m`, `1h` or `2d`; in milliseconds. */
export function duration(text: string): number {
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (amount === undefined || unit === undefined) {
    throw new InvalidArgumentError('give a duration, such as 90s, 15m, 1h or 2d');
  }
  return Number(amount) * UNITS[unit]!;
}
