export { isId, readId } from './id.ts';
export { MAX_FILE_CHARS, MAX_PROBLEMS, MAX_YAML_DEPTH } from './limits.ts';
export { inFileOrder, type Position, type Problem } from './problem.ts';
export {
  type Entry,
  type Kind,
  kindOf,
  type Located,
  type Reading,
  readBoolean,
  readEntries,
  readFields,
  readInteger,
  readItems,
  readOneOf,
  readText,
  readUnique,
  report,
  startReading,
} from './reading.ts';
export { pointerToken, readYaml, type YamlResult, type YamlSource } from './yaml-source.ts';
