import type { ProgramEnv } from '@runtape/e2e';
import type { EventLog } from '@runtape/event-log';
import type { AttackedServer, StoreKind } from './attacked-server.ts';

/** One way to try to freeze a server. */
export interface Attack {
  readonly name: string;
  /** The summary for the help and the table. */
  readonly summary: string;
  /** The stores to attack. Default: all. */
  readonly stores?: readonly StoreKind[] | undefined;
  /** Settings for this attack, which then has a server of its own. Default: the shared server. */
  readonly env?: ((store: StoreKind) => ProgramEnv) | undefined;
  /** Fills the store before the start; for an attack with a server of its own. */
  readonly seed?: ((log: EventLog, sized: AttackedServer['sized']) => Promise<void>) | undefined;
  /** Measures from the server's first answer, not from the attack. Default: false. */
  readonly fromStart?: boolean | undefined;
  /** Runs before the measurement. */
  readonly prepare?: ((attacked: AttackedServer) => Promise<void>) | undefined;
  /** Closes what it opened. @returns the server's reaction, for the table. */
  attack(attacked: AttackedServer): Promise<string>;
}
