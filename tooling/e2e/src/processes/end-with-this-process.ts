/** One set per process, because signals apply to the process. */
const ends = new Set<() => void>();

function endAll(): void {
  for (const end of ends) end();
}

/** Not `process.exit`, which vitest forbids in its workers; the signal has its default effect. */
function endAllAndDie(signal: NodeJS.Signals): void {
  endAll();
  stopListening();
  process.kill(process.pid, signal);
}

/** The children of a worker would keep it alive forever if its vitest was killed. */
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
 * Calls `end` when this process ends: by itself, by SIGINT or SIGTERM, or because its parent
 * process is gone. An interrupted test run leaves nothing behind.
 *
 * @param end must work synchronously.
 * @returns a function that removes it.
 */
export function endWithThisProcess(end: () => void): () => void {
  if (ends.size === 0) listen();
  ends.add(end);
  return () => {
    if (ends.delete(end) && ends.size === 0) stopListening();
  };
}
