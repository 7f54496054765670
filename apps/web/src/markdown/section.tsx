import { memo, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { Streamdown, type StreamdownProps } from 'streamdown';
import { useThrottled } from '../ui/use-throttled.ts';
import { HugeBlock } from './huge-block.tsx';
import type { RenderQueue } from './render-queue.ts';

/** A growing section is parsed in every frame up to this length, */
const EVERY_FRAME_CHARS = 10_000;
/** and after that at most once in this many ms per character. */
const PAUSE_MS_PER_CHAR = 0.02;

/** How Markdown is rendered; one object for all sections of a text. */
export type SectionRules = Pick<
  StreamdownProps,
  'components' | 'rehypePlugins' | 'remarkRehypeOptions' | 'linkSafety'
>;

/** A section of a text: plain text until its turn comes, then rendered. */
export const Section = memo(function Section(props: {
  readonly text: string;
  /** Shown as plain text. */
  readonly isHuge: boolean;
  readonly rules: SectionRules;
  readonly queue: RenderQueue;
  /** Rendered at once. */
  readonly isEager: boolean;
  /** The last section may have incomplete Markdown at its end. */
  readonly isLast: boolean;
  readonly grows: boolean;
}): ReactNode {
  const { text, isHuge, rules, queue, isEager, isLast, grows } = props;
  const box = useRef<HTMLDivElement>(null);
  const [isRendered, setIsRendered] = useState(isEager);
  useLayoutEffect(() => {
    if (isRendered || isHuge || box.current === null) return undefined;
    return queue.add(box.current, () => setIsRendered(true));
  }, [isRendered, isHuge, queue]);
  const parsed = useParsedText(text, grows && isRendered && !isHuge);
  return (
    <div ref={box} className="draft-section">
      {isHuge ? (
        <HugeBlock text={text} />
      ) : isRendered ? (
        <Streamdown
          {...rules}
          parseIncompleteMarkdown={isLast}
          controls={false}
          dir="auto"
          className="draft"
          data-last={isLast ? '' : undefined}
          data-grows={grows ? '' : undefined}
        >
          {parsed}
        </Streamdown>
      ) : (
        <div className="break-words whitespace-pre-wrap">{text}</div>
      )}
    </div>
  );
});

/** The text to parse: all of it, or, of a long growing one, an earlier state. */
function useParsedText(text: string, grows: boolean): string {
  const isSlow = grows && text.length > EVERY_FRAME_CHARS;
  const earlier = useThrottled(isSlow ? text : null, text.length * PAUSE_MS_PER_CHAR);
  return isSlow && earlier !== null && text.startsWith(earlier) ? earlier : text;
}
