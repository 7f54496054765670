import { memo, type ReactNode } from 'react';
import { ScrollRegion } from '../ui/scroll-region.tsx';
import { closesFence, openingFence } from './fences.ts';
import { chunkText } from './chunk-text.ts';

/** The height of a row, in rem. */
const ROW_REM = 1.5;
/** About how many characters fit into a row. */
const ROW_CHARS = 85;

/**
 * A block that is too long to be parsed, in chunks that the browser lays out near the window only:
 * code as code, everything else as plain text.
 */
export function HugeBlock({ text }: { readonly text: string }): ReactNode {
  const code = codeIn(text);
  if (code === null) return <Pieces text={text} />;
  return (
    <ScrollRegion
      label={code.language === '' ? 'Code' : `Code in ${code.language}`}
      className="code-block mt-4"
    >
      <pre>
        <code>
          <Pieces text={code.text} isCode />
        </code>
      </pre>
    </ScrollRegion>
  );
}

function Pieces({ text, isCode = false }: { readonly text: string; readonly isCode?: boolean }) {
  return chunkText(text).map((piece, index) => (
    // oxlint-disable-next-line react/no-array-index-key -- A piece is its place in the text.
    <Piece key={index} text={piece} isCode={isCode} />
  ));
}

/** Memoised: only the last one changes while the text grows. */
const Piece = memo(function Piece(props: {
  readonly text: string;
  readonly isCode: boolean;
}): ReactNode {
  const { text, isCode } = props;
  const rows = text.split('\n').length + (isCode ? 0 : text.length / ROW_CHARS);
  // The height before it is laid out, so that nothing below it moves then.
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

/** The code of a block that is only fenced code, closed or not. */
function codeIn(block: string): { readonly language: string; readonly text: string } | null {
  const [first = ''] = block.split('\n', 1);
  const fence = openingFence(first);
  if (fence === null) return null;
  const whole = block.endsWith('\n') ? block.slice(0, -1) : block;
  const lastLine = whole.lastIndexOf('\n') + 1;
  const end = closesFence(whole.slice(lastLine), fence) ? lastLine - 1 : whole.length;
  const [language = ''] = fence.info.split(' ', 1);
  return { language, text: whole.slice(first.length + 1, Math.max(first.length + 1, end)) };
}
