import type { EventLog } from '@runtape/event-log';

/**
 * A log whose requests first wait at a gate, as those of a frozen process do, or of a dead one if
 * the gate never opens.
 * @param passWrite a second gate for requests that need space in the store.
 */
export function gatedLog(
  log: EventLog,
  pass: () => Promise<void>,
  passWrite: () => Promise<void> = async () => undefined,
): EventLog {
  const gated =
    <Given extends unknown[], Answer>(request: (...given: Given) => Promise<Answer>) =>
    async (...given: Given): Promise<Answer> => {
      await pass();
      return await request(...given);
    };
  const gatedWrite = <Given extends unknown[], Answer>(
    request: (...given: Given) => Promise<Answer>,
  ) =>
    gated(async (...given: Given): Promise<Answer> => {
      await passWrite();
      return await request(...given);
    });
  return {
    create: gatedWrite((workflow) => log.create(workflow)),
    get: gated((id) => log.get(id)),
    input: gated((id) => log.input(id)),
    begin: gatedWrite((id, options) => log.begin(id, options)),
    renew: gatedWrite((id, options) => log.renew(id, options)),
    release: gated((id, options) => log.release(id, options)),
    append: gatedWrite((id, append) => log.append(id, append)),
    read: gated((id, range) => log.read(id, range)),
    readMerged: gated((id, range) => log.readMerged(id, range)),
    watch: gated((id, watcher, signal) => log.watch(id, watcher, signal)),
    steps: gated((id) => log.steps(id)),
    command: gatedWrite((id, command) => log.command(id, command)),
    commands: gated((id, range) => log.commands(id, range)),
    watchCommands: gated((id, wake, signal) => log.watchCommands(id, wake, signal)),
    list: gated((query) => log.list(query)),
    thread: gated((threadId, range) => log.thread(threadId, range)),
    watchThread: gated((threadId, wake, signal) => log.watchThread(threadId, wake, signal)),
    orphaned: gated((query) => log.orphaned(query)),
    expire: gated((options) => log.expire(options)),
    close: () => log.close(),
    [Symbol.asyncDispose]: () => log.close(),
  };
}
