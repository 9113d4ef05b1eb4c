import type { EventStore, Position } from '@countersign/event-store';
import type { Reactor } from '@countersign/processing';
import type { ProcessViews, Running, Service } from '@countersign/service';

/** The services of a process from the rebuilding of their state to their end. */
export interface Lifecycle {
  /** Rebuilds what is kept in memory and in views, then starts reactions and timers. Rejects if that can't be done. */
  start(): Promise<void>;
  isStarted(): boolean;
  /** Up to where the views are rebuilt. */
  rebuiltTo(): Position;
  /** Empty before the start. */
  reactors(): readonly Reactor[];
  /** Names of what has stopped by an error. */
  stopped(): readonly string[];
  /** Resolves with the error that makes going on unsafe: the process must stop. */
  readonly failed: Promise<Error>;
  /** Ends timers, reactions and state, in that order, also in the middle of a start. */
  close(): Promise<void>;
}

/** The order in which the parts of a process start and end. */
export function createLifecycle({
  group,
  store,
  views,
  services,
  afterStart,
}: {
  /** Under which the views keep their checkpoint. */
  readonly group: string;
  readonly store: Pick<EventStore, 'failed'>;
  readonly views: ProcessViews;
  readonly services: readonly Service[];
  /** What the process needs before it is open: called once everything runs. */
  readonly afterStart: () => Promise<void>;
}): Lifecycle {
  const following = services.flatMap((service) =>
    service.following.map((followed) => ({ followed, name: service.name })),
  );
  const running: Running[] = [];
  const reactors = () => running.flatMap((one) => one.reactors);
  const stopped: string[] = [];
  const failed = Promise.withResolvers<Error>();
  let starting: Promise<void> | undefined;
  let rebuilt = false;
  let started = false;
  let closing = false;

  const stop = (name: string, error: Error) => {
    stopped.push(name);
    failed.resolve(new Error(`${name} has stopped`, { cause: error }));
  };
  const watch = (name: string, ended: Promise<Error | null>) =>
    void ended.then((error) => error && stop(name, error));
  void store.failed.then((error) => stop('ledger', error));
  void views.failed.then((error) => stop('views', error));
  for (const { followed, name } of following) watch(name, followed.ended);

  const startAll = async (): Promise<void> => {
    await views.start(group);
    await Promise.all([views.caughtUp, ...following.map(({ followed }) => followed.caughtUp)]);
    if (closing) throw new Error('the start was given up');
    rebuilt = true;
    for (const service of services) running.push(await service.start());
    for (const { group, ended } of reactors()) watch(group, ended);
    await afterStart();
    started = true;
  };

  return {
    start() {
      starting ??= startAll();
      return starting;
    },
    isStarted: () => started,
    rebuiltTo: () => views.position(),
    reactors,
    stopped: () => stopped,
    failed: failed.promise,
    async close() {
      const endFollowing = () => Promise.all(following.map(({ followed }) => followed.close()));
      closing = true;
      // A rebuilding may take long and is given up; what comes after it is short, and needs the state to end.
      if (!rebuilt) await endFollowing();
      await starting?.catch(() => {});
      await Promise.all(running.flatMap((one) => one.dueLoops.map((loop) => loop.close())));
      await Promise.all(reactors().map((reactor) => reactor.close()));
      await endFollowing();
    },
  };
}
