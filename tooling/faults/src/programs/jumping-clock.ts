/**
 * Loaded before a program (`node --import`): SIGUSR2 makes its clock jump, and SIGWINCH corrects
 * it. There are two signals because a process may see two pending signals of one kind only once.
 * Only the wall clock changes: timers and `performance.now()` are not affected.
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
