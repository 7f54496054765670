import type { RedisServer } from '@runtape/redis';
import type { Cpus } from './processes/pin.ts';

/** What a row should reach. Whether that is a least or a most follows from its table. */
export type Goal =
  /** Of the limit in the same round. */
  | { readonly ratio: number }
  /** In the unit of the table. */
  | { readonly value: number };

interface Row {
  readonly name: string;
  /** One for each round, in order. */
  readonly values: readonly number[];
  /** Whether it is Runtape. */
  readonly isOurs: boolean;
  readonly goal?: Goal | undefined;
}

/** Things that were measured in the same rounds, and can be compared. */
export interface Table {
  /** Under which conditions, such as `1,000 watchers, live`. */
  readonly title: string;
  readonly unit: string;
  readonly better: 'more' | 'less';
  readonly rows: readonly Row[];
  /** The row that says what is possible. Default: there is none. */
  readonly limit?: string | undefined;
}

/** What a bench runs in. Whatever it starts it ends. */
export interface BenchContext {
  /** How many rounds count. */
  readonly rounds: number;
  /** Whether it only shows that it runs, and that nothing is lost. */
  readonly isQuick: boolean;
  readonly cpus: Cpus;
  /** For stores; removed at the end. */
  readonly folder: string;
  /** A Redis that all benches share. Started when it is first asked for. */
  readonly redis: () => Promise<RedisServer>;
  /** Says to a person how it gets on. */
  readonly say: (message: string) => void;
  /**
   * Notes that an event was lost or doubled, or that a peer failed: then the run as a whole fails.
   */
  readonly fail: (problem: string) => void;
}

/** One file for each. */
export interface Bench {
  readonly name: string;
  readonly summary: string;
  run(context: BenchContext): Promise<readonly Table[]>;
}
