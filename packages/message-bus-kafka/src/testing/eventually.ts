const LOOK_EVERY_MS = 20;

/** Resolves when the condition holds; looks again until the test's time is over. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}
