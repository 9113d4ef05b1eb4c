import type { Journal } from '../src/index.ts';

/**
 * A process that dies after so many steps: from then on nothing that it awaits ever comes, so that it does nothing
 * any more. A step is the beginning or the end of anything it does to the world.
 */
export function createMortalProcess(steps: number) {
  let left = steps;
  let die = () => {};
  const death = new Promise<'died'>((resolve) => {
    die = () => resolve('died');
  });
  const step = (): Promise<void> => {
    if (left-- > 0) return Promise.resolve();
    die();
    return new Promise(() => {});
  };
  const mortal =
    <Parameters extends readonly unknown[], Value>(act: (...parameters: Parameters) => Promise<Value>) =>
    async (...parameters: Parameters): Promise<Value> => {
      await step();
      const value = await act(...parameters);
      await step();
      return value;
    };
  return {
    death,
    mortal,
    fetch: mortal((...parameters: Parameters<typeof globalThis.fetch>) =>
      fetch(...parameters),
    ) as typeof fetch,
    journal: (journal: Journal): Journal => ({
      begin: mortal(journal.begin),
      get: mortal(journal.get),
      end: mortal(journal.end),
    }),
  };
}
