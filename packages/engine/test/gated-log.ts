import type { EventLog } from '@runtape/event-log';

/** A log whose requests wait at a gate first: a process that is frozen, or, when the gate never opens, dead. */
export function gatedLog(log: EventLog, pass: () => Promise<void>): EventLog {
  const gated =
    <Given extends unknown[], Answer>(request: (...given: Given) => Promise<Answer>) =>
    async (...given: Given): Promise<Answer> => {
      await pass();
      return await request(...given);
    };
  return {
    create: gated((workflow) => log.create(workflow)),
    get: gated((id) => log.get(id)),
    begin: gated((id, options) => log.begin(id, options)),
    renew: gated((id, options) => log.renew(id, options)),
    release: gated((id, options) => log.release(id, options)),
    append: gated((id, append) => log.append(id, append)),
    read: gated((id, range) => log.read(id, range)),
    watch: gated((id, watcher, signal) => log.watch(id, watcher, signal)),
    steps: gated((id) => log.steps(id)),
    command: gated((id, command) => log.command(id, command)),
    commands: gated((id, range) => log.commands(id, range)),
    watchCommands: gated((id, wake, signal) => log.watchCommands(id, wake, signal)),
    list: gated((query) => log.list(query)),
    thread: gated((threadId, range) => log.thread(threadId, range)),
    watchThread: gated((threadId, wake, signal) => log.watchThread(threadId, wake, signal)),
    unattended: gated((options) => log.unattended(options)),
    expire: gated((options) => log.expire(options)),
    close: () => log.close(),
    [Symbol.asyncDispose]: () => log.close(),
  };
}
