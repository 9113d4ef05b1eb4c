import pc from 'picocolors';

/** Tells what happens, in plain words, and checks what it tells. */
export interface Narrator {
  scene(title: string): void;
  say(text: string): void;
  /** Somebody else's output, set apart. */
  quote(text: string): void;
  /** Says that something holds; if it does not, the demo ends. */
  promised(what: string, holds: boolean): void;
}

/** Code of the error that a broken promise throws. */
export const BROKEN_PROMISE = 'BrokenPromise';

/** @param write takes the text as it comes. */
export function createNarrator(write: (text: string) => void): Narrator {
  let scenes = 0;
  return {
    scene(title) {
      scenes += 1;
      write(`\n${pc.bold(pc.cyan(`${scenes}. ${title}`))}\n`);
    },
    say: (text) => write(`   ${text}\n`),
    quote: (text) => {
      for (const line of text.trimEnd().split('\n')) write(`   ${pc.dim('│')} ${line}\n`);
    },
    promised(what, holds) {
      if (!holds) throw Object.assign(new Error(what), { code: BROKEN_PROMISE });
      write(`   ${pc.green('✓')} ${what}\n`);
    },
  };
}
