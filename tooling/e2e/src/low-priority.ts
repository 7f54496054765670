import { setPriority } from 'node:os';

/** Low enough for others to come first, and high enough to get on while the machine is busy. */
const NICE = 5;

// In CI, the fault harness runs beside these tests and measures how soon something happens, so it
// gets the processor first. (On Linux a session may count as one program, whatever the priority of
// its processes: the harness and its programs have sessions of their own.)
if (process.env['CI'] === 'true') setPriority(process.pid, NICE);
