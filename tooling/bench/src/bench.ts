import type { RedisServer } from '@runtape/redis';
import type { Cpus } from './processes/pin.ts';

/** The goal of a row. The table decides whether it is a minimum or a maximum. */
export type Goal =
  /** Relative to the limit in the same round. */
  | { readonly ratio: number }
  /** In the unit of the table. */
  | { readonly value: number };

export interface Row {
  readonly name: string;
  /** One value per round, in order. */
  readonly values: readonly number[];
  /** Whether the row measures Runtape. Default: true. */
  readonly isOurs?: boolean | undefined;
  readonly goal?: Goal | undefined;
}

/** Comparable measurements from the same rounds. */
export interface Table {
  /** The conditions, such as `1,000 watchers, live`. */
  readonly title: string;
  readonly unit: string;
  /** Default: `less`. */
  readonly better?: 'more' | 'less' | undefined;
  readonly rows: readonly Row[];
  /** The name of the row that shows what is possible. Default: none. */
  readonly limit?: string | undefined;
}

/** The environment of a bench, which must end everything that it starts. */
export interface BenchContext {
  /** The number of measured rounds. */
  readonly rounds: number;
  /** Whether to check only that the bench runs and that nothing is lost. */
  readonly isQuick: boolean;
  readonly cpus: Cpus;
  /** A folder for stores, removed at the end. */
  readonly folder: string;
  /** A Redis that all benches share, started on first use. */
  readonly redis: () => Promise<RedisServer>;
  /** Reports progress to the user. */
  readonly report: (message: string) => void;
  /** Reports that an event was lost or doubled, or that a peer failed: the whole run then fails. */
  readonly fail: (problem: string) => void;
}

/** A bench; each has its own file. */
export interface Bench {
  readonly name: string;
  readonly summary: string;
  run(context: BenchContext): Promise<readonly Table[]>;
}
