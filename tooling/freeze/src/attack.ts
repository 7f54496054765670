import type { ProgramEnv } from '@runtape/e2e';
import type { EventLog } from '@runtape/event-log';
import type { Stand, StoreKind } from './stand.ts';

/** One way to try to make a server stand still. */
export interface Attack {
  readonly name: string;
  /** In a few words, for the help and the table. */
  readonly summary: string;
  /** Default: all. */
  readonly stores?: readonly StoreKind[] | undefined;
  /** Settings of the server for this attack, which then has a server of its own. Default: those of all others. */
  readonly env?: ((store: StoreKind) => ProgramEnv) | undefined;
  /** Writes what the store has when the server starts; for an attack with a server of its own. */
  readonly seed?: ((log: EventLog, sized: Stand['sized']) => Promise<void>) | undefined;
  /** What is measured begins with the server's first answer, for what it does at its start. Default: with the attack. */
  readonly fromStart?: boolean | undefined;
  /** Runs before anything is measured. */
  readonly prepare?: ((stand: Stand) => Promise<void>) | undefined;
  /** @returns what the server made of it, for the table. Ends with whatever it opened. */
  attack(stand: Stand): Promise<string>;
}
