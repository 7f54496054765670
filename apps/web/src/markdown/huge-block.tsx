import { memo, type ReactNode } from 'react';
import { ScrollRegion } from '../ui/scroll-region.tsx';
import { closesFence, openingFence } from './fences.ts';
import { chunkText } from './chunk-text.ts';

/** The height of a row, in rem. */
const ROW_REM = 1.5;
/** About how many characters fit into a row. */
const ROW_CHARS = 85;

/**
 * A block that is too long to be parsed, in chunks that the browser lays out only near the visible
 * part: code as code, everything else as plain text.
 */
export function HugeBlock({ text }: { readonly text: string }): ReactNode {
  const code = parseFencedCode(text);
  if (code === null) return <Chunks text={text} />;
  return (
    <ScrollRegion
      label={code.language === '' ? 'Code' : `Code in ${code.language}`}
      className="code-block mt-4"
    >
      <pre>
        <code>
          <Chunks text={code.text} isCode />
        </code>
      </pre>
    </ScrollRegion>
  );
}

function Chunks({ text, isCode = false }: { readonly text: string; readonly isCode?: boolean }) {
  return chunkText(text).map((chunk, index) => (
    // oxlint-disable-next-line react/no-array-index-key -- A chunk is identified by its position.
    <Chunk key={index} text={chunk} isCode={isCode} />
  ));
}

/** Memoised, since only the last one changes while the text grows. */
const Chunk = memo(function Chunk(props: {
  readonly text: string;
  readonly isCode: boolean;
}): ReactNode {
  const { text, isCode } = props;
  const rows = text.split('\n').length + (isCode ? 0 : text.length / ROW_CHARS);
  // The estimated height, so that nothing below moves when the chunk is laid out.
  const style = { containIntrinsicBlockSize: `auto ${rows * ROW_REM}rem` };
  return isCode ? (
    <span className="text-chunk" style={style}>
      {text}
    </span>
  ) : (
    <div className="text-chunk whitespace-pre-wrap [overflow-wrap:anywhere]" style={style}>
      {text}
    </div>
  );
});

/** Returns the code of a block that consists of fenced code, closed or not. */
function parseFencedCode(
  block: string,
): { readonly language: string; readonly text: string } | null {
  const [first = ''] = block.split('\n', 1);
  const fence = openingFence(first);
  if (fence === null) return null;
  const whole = block.endsWith('\n') ? block.slice(0, -1) : block;
  const lastLine = whole.lastIndexOf('\n') + 1;
  const end = closesFence(whole.slice(lastLine), fence) ? lastLine - 1 : whole.length;
  const [language = ''] = fence.info.split(' ', 1);
  return { language, text: whole.slice(first.length + 1, Math.max(first.length + 1, end)) };
}
