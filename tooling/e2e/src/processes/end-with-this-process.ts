/** One set for the process, as the signals it stands for are the process's own. */
const ends = new Set<() => void>();

function endAll(): void {
  for (const end of ends) end();
}

/** Not `process.exit`, which vitest forbids in its workers: the signal does what it always does. */
function endAllAndDie(signal: NodeJS.Signals): void {
  endAll();
  stopListening();
  process.kill(process.pid, signal);
}

/** A worker whose vitest was killed would be kept alive for ever by what it has started. */
function dieWithParent(): void {
  endAllAndDie('SIGTERM');
}

function listen(): void {
  process.on('exit', endAll);
  process.on('SIGINT', endAllAndDie);
  process.on('SIGTERM', endAllAndDie);
  process.on('disconnect', dieWithParent);
}

function stopListening(): void {
  process.off('exit', endAll);
  process.off('SIGINT', endAllAndDie);
  process.off('SIGTERM', endAllAndDie);
  process.off('disconnect', dieWithParent);
}

/**
 * Has `end` called when this process ends: by itself, by SIGINT or SIGTERM, or because the process
 * that forked it is gone. A test run that is cut short leaves nothing behind.
 *
 * @param end must work synchronously.
 * @returns takes it back.
 */
export function endWithThisProcess(end: () => void): () => void {
  if (ends.size === 0) listen();
  ends.add(end);
  return () => {
    if (ends.delete(end) && ends.size === 0) stopListening();
  };
}
