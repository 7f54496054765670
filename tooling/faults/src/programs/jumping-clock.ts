/**
 * Loaded before a program (`node --import`): SIGUSR2 makes its clock jump, and SIGWINCH makes it
 * right again: two signals, for of two of one kind a process may see only one. Only the clock on
 * the wall, as when it is set: timers and `performance.now()` go on as they were.
 */
const JUMP_MS = Number(process.env['FAULTS_CLOCK_JUMP_MS'] ?? 0);
const RealDate = Date;
let aheadMs = 0;

const now = (): number => RealDate.now() + aheadMs;

globalThis.Date = new Proxy(RealDate, {
  construct(target, args, newTarget): object {
    const made: unknown = Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget);
    if (made instanceof RealDate) return made;
    throw new TypeError('A Date makes a Date.');
  },
  get: (target, key): unknown => (key === 'now' ? now : Reflect.get(target, key)),
});

process.on('SIGUSR2', () => {
  aheadMs = JUMP_MS;
});
process.on('SIGWINCH', () => {
  aheadMs = 0;
});
