import type { Point } from './chart-data.ts';

/** One line of a chart, or the bars of one colour. */
export interface Series {
  readonly key: Exclude<keyof Point, 'at'>;
  readonly name: string;
  readonly color: string;
  /** Hatched, so that it does not rely on colour. */
  readonly pattern?: boolean;
  readonly format: (value: number) => string;
}

export interface ChartProps {
  readonly title: string;
  readonly kind: 'bars' | 'line';
  readonly points: readonly Point[];
  /** The points with any stream. */
  readonly busy: readonly Point[];
  readonly series: readonly Series[];
  /** The end of the scale. Default: the largest value. */
  readonly max?: number;
}
