import { type Io, write } from './io.ts';

/** How far long work is. */
export interface Progress {
  /** `done` of `total`, in whatever the stage counts. */
  report(stage: string, done: number, total: number): void;
  /** Ends the line. */
  end(): Promise<void>;
}

/** A line that is written over on a terminal; elsewhere one line for each stage. */
export function createProgress({ stderr }: Io): Progress {
  let shown = '';
  let stageShown = '';
  return {
    report(stage, done, total) {
      const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
      const line = `${stage} ${percent} %`;
      if (stderr.isTTY === true) {
        if (line !== shown) stderr.write(`\r\u001b[K${line}`);
        shown = line;
      } else if (stage !== stageShown) stderr.write(`${stage}\n`);
      stageShown = stage;
    },
    end: () => (shown === '' ? Promise.resolve() : write(stderr, '\n')),
  };
}
