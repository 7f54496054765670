import { setPriority } from 'node:os';

/** Low enough for others to come first, and high enough to get on while the machine is busy. */
const NICE = 5;

// In CI, the fault harness runs beside these tests and measures how soon something happens. So the
// test's thread and what it starts leave the processor to the harness.
if (process.env['CI'] === 'true') setPriority(process.pid, NICE);
