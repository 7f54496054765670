import { setPriority } from 'node:os';

/** Low enough to let others go first, but high enough to make progress on a busy machine. */
const NICE = 5;

// In CI, the fault harness runs beside these tests and measures delays, so it has priority. (Linux
// may schedule by session rather than by process; the harness and its programs have their own.)
if (process.env['CI'] === 'true') setPriority(process.pid, NICE);
