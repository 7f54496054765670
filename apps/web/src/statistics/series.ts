import type { Point } from './chart-data.ts';

/** One thing that is counted. */
export interface Series {
  readonly key: Exclude<keyof Point, 'at'>;
  readonly name: string;
  readonly color: string;
  /** Hatched, so that colour is not its only sign. */
  readonly pattern?: boolean;
  readonly format: (value: number) => string;
}

/** What a chart and its table show. */
export interface ChartCardProps {
  readonly title: string;
  readonly kind: 'bars' | 'line';
  readonly points: readonly Point[];
  /** Those in which something happened. */
  readonly busy: readonly Point[];
  readonly series: readonly Series[];
  /** Where the scale ends. Default: at the largest value. */
  readonly most?: number;
}
