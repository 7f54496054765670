import { createBirpc } from 'birpc';

/** Lets the parent process call these functions, and ends when the parent does. */
export function expose(functions: object): void {
  process.once('disconnect', () => process.exit());
  createBirpc(functions, {
    post: (message) => process.send?.(message),
    on: (receive) => process.on('message', receive),
  });
}
