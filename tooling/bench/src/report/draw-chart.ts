import { formatNumber } from './format-table.ts';
import type { DetailedResult, Summary } from './result.ts';

const MARGIN = 20;
const MIN_LABEL_WIDTH = 200;
/** The width of a bold letter in any of the fonts, estimated too high rather than too low. */
const LETTER_WIDTH = 8;
const VALUE_WIDTH = 220;
const BAR_WIDTH = 380;
const ROW_HEIGHT = 26;
const BAR_HEIGHT = 16;
const TITLE_HEIGHT = 46;
const GAP = 18;

/** Readable on the white and the dark pages of a code host; the picture itself is transparent. */
const STYLE = `
text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
.title { font-weight: 600; font-size: 14px; }
.ours { font-weight: 600; }
.quiet { fill: #59636e; }
.bar { fill: #aeb6c0; }
.bar.limit { fill: #6e7781; }
.bar.own { fill: #0a6ed1; }
.goal { stroke: #bc4c00; stroke-width: 2; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; }
  .quiet { fill: #9198a1; }
  .bar { fill: #4b535d; }
  .bar.limit { fill: #8b949e; }
  .bar.own { fill: #4da3ff; }
  .goal { stroke: #ffa657; }
}`;

/** Draws the tables of one bench as bars, one below the other. @returns an SVG document. */
export function drawChart(summaries: readonly Summary[]): string {
  let top = MARGIN;
  const labels = summaries.flatMap(({ results }) => results.map(({ row }) => row.length));
  const labelWidth = Math.max(MIN_LABEL_WIDTH, ...labels.map((chars) => chars * LETTER_WIDTH));
  const barsAt = MARGIN + labelWidth;
  const width = barsAt + BAR_WIDTH + VALUE_WIDTH;
  const panels = summaries.map((summary) => {
    const panel = drawPanel(summary, top, barsAt);
    top += TITLE_HEIGHT + summary.results.length * ROW_HEIGHT + GAP;
    return panel;
  });
  const name = escape(summaries[0]?.bench ?? '');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top}" width="${width}" height="${top}" role="img" aria-label="Results of the bench ${name}">`,
    `<style>${STYLE}\n</style>`,
    ...panels,
    '</svg>\n',
  ].join('\n');
}

function drawPanel(
  { title, unit, better, limit, results }: Summary,
  top: number,
  barsAt: number,
): string {
  const max = Math.max(
    ...results
      .map(({ value, goalValue }) => Math.max(value, goalValue ?? 0))
      .filter(Number.isFinite),
  );
  const hasGoal = results.some(({ goalValue }) => goalValue !== null);
  const legend = `${better} is better${hasGoal ? ', the vertical line is the goal' : ''}`;
  return [
    text(MARGIN, top + 16, 'title', `${title} (${unit})`),
    text(MARGIN, top + 34, 'quiet', legend),
    ...results.map((result, index) =>
      drawRow(result, {
        top: top + TITLE_HEIGHT + index * ROW_HEIGHT,
        isLimit: result.row === limit,
        max,
        barsAt,
      }),
    ),
  ].join('\n');
}

function drawRow(
  { row, value, ratio, goalValue, isOurs, ok }: DetailedResult,
  { top, isLimit, max, barsAt }: { top: number; isLimit: boolean; max: number; barsAt: number },
): string {
  const widthOf = (of: number) => Math.max(1, Math.round((of / max) * BAR_WIDTH * 10) / 10);
  const baseline = top + 13;
  const kind = isOurs ? 'bar own' : isLimit ? 'bar limit' : 'bar';
  const width = widthOf(value);
  const label = [
    formatNumber(value),
    ...(ratio === null || isLimit ? [] : [`${formatNumber(ratio)} ×`]),
    ...(ok === false ? ['goal missed'] : []),
  ].join(' · ');
  const goalAt = goalValue === null ? null : barsAt + widthOf(goalValue);
  return [
    text(MARGIN, baseline, isOurs ? 'ours' : '', row),
    `<rect class="${kind}" x="${barsAt}" y="${top}" width="${width}" height="${BAR_HEIGHT}" rx="2"/>`,
    ...(goalAt === null
      ? []
      : [
          `<line class="goal" x1="${goalAt}" x2="${goalAt}" y1="${top - 3}" y2="${top + BAR_HEIGHT + 3}"/>`,
        ]),
    text(Math.max(barsAt + width, goalAt ?? 0) + 8, baseline, 'quiet', label),
  ].join('\n');
}

function text(x: number, y: number, kind: string, content: string): string {
  return `<text x="${x}" y="${y}"${kind === '' ? '' : ` class="${kind}"`}>${escape(content)}</text>`;
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
