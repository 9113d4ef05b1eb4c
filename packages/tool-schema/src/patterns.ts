import { MAX_PATTERN_SIZE } from './limits.ts';
import { compilePattern, type Pattern, patternSize } from './pattern.ts';

/** The expressions of one input schema, each compiled once, up to a size that all have together. */
export function createPatterns(): (source: string) => Pattern | { readonly fault: string } {
  const compiled = new Map<string, Pattern | { readonly fault: string }>();
  let size = 0;

  const compile = (source: string) => {
    try {
      size += source.length > MAX_PATTERN_SIZE ? source.length : patternSize(source);
      if (size <= MAX_PATTERN_SIZE) return compilePattern(source);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message.slice(0, 200) : 'it can not be read';
      return { fault: `must be a regular expression without look-around and back-references: ${reason}` };
    }
    return {
      fault: `brings the patterns to a size of more than ${MAX_PATTERN_SIZE} with their repetitions written out, which is the limit for all of them: use fewer, shorter or less often repeated ones`,
    };
  };

  return (source) => {
    const known = compiled.get(source) ?? compile(source);
    compiled.set(source, known);
    return known;
  };
}
