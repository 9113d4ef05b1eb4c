/** `<category>-<id>`: one stream is one consistency boundary. The category holds no `-`; the id may. */
export type StreamName = `${string}-${string}`;

const CATEGORY = /^[a-z]+$/;

/** @throws RangeError for a category that is not lower-case letters or an empty id: a programming error, not input. */
export function streamName(category: string, id: string): StreamName {
  if (!CATEGORY.test(category))
    throw new RangeError(`stream category "${category}" is not lower-case letters`);
  if (id === '') throw new RangeError(`stream id is empty (category ${category})`);
  return `${category}-${id}`;
}

/** The part before the first `-`. */
export function categoryOf(stream: string): string {
  const dash = stream.indexOf('-');
  return dash < 0 ? stream : stream.slice(0, dash);
}

/** The part after the first `-`. */
export function idOf(stream: string): string {
  return stream.slice(stream.indexOf('-') + 1);
}
