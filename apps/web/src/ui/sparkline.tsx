import { type Activity, MARK } from '@runtape/events';
import type { ReactNode } from 'react';

/** In px. */
const WIDTH = 96;
const HEIGHT = 20;
const MAX_BIN_WIDTH = 8;

/** A tiny tape: token flow above, ticks for tools, warnings and errors below. */
export function Sparkline({ activity }: { readonly activity: Activity }): ReactNode {
  const { tokens, marks } = activity;
  const bin = Math.min(MAX_BIN_WIDTH, WIDTH / Math.max(1, tokens.length));
  const peak = Math.max(1, ...tokens);
  const base = HEIGHT - 4;
  const bars = tokens.map((count, index) => {
    const high = count === 0 ? 0 : Math.max(1, (count / peak) * base);
    return `M${px(index * bin)} ${base}v${px(-high)}h${px(bin * 0.8)}v${px(high)}z`;
  });
  const ticks = (mark: number): string =>
    marks
      .map((bits, index) =>
        (bits & mark) === 0 ? '' : `M${px(index * bin)} ${HEIGHT - 1}h${px(bin * 0.8)}`,
      )
      .join('');
  return (
    <svg width={WIDTH} height={HEIGHT} aria-hidden className="block shrink-0">
      <path d={`M0 ${base + 0.5}H${WIDTH}`} className="stroke-border" />
      <path d={bars.join('')} className="fill-primary/70" />
      <path d={ticks(MARK.tool)} className="stroke-muted-foreground" strokeWidth="2" />
      <path d={ticks(MARK.pause)} className="stroke-border" strokeWidth="2" />
      <path d={ticks(MARK.warning | MARK.retry)} className="stroke-warn" strokeWidth="2" />
      <path d={ticks(MARK.error)} className="stroke-bad" strokeWidth="2" />
    </svg>
  );
}

function px(length: number): number {
  return Math.round(length * 10) / 10;
}
