import { memo, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { Streamdown, type StreamdownProps } from 'streamdown';
import { useThrottled } from '../ui/use-throttled.ts';
import { HugeBlock } from './huge-block.tsx';
import type { RenderQueue } from './render-queue.ts';

/** A section that grows is parsed with every frame up to so many characters, */
const EVERY_FRAME_CHARS = 10_000;
/** and after that at most once in so many ms for each of its characters: parsing takes longer the longer it is. */
const PAUSE_MS_PER_CHAR = 0.02;

/** How Markdown is rendered; the same object for all sections of a text. */
export type SectionRules = Pick<
  StreamdownProps,
  'components' | 'rehypePlugins' | 'remarkRehypeOptions' | 'linkSafety'
>;

/** A section of a text: as it was written until its turn comes, then rendered. */
export const Section = memo(function Section(props: {
  readonly text: string;
  /** Shown as it was written. */
  readonly isHuge: boolean;
  readonly rules: SectionRules;
  readonly queue: RenderQueue;
  /** Rendered at once, and not when its turn comes. */
  readonly isEager: boolean;
  /** Nothing comes after it, so what is not closed in it may still be on its way. */
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

/** What is parsed of a text: all of it, but of a long one that grows what there was a moment ago. */
function useParsedText(text: string, grows: boolean): string {
  const isSlow = grows && text.length > EVERY_FRAME_CHARS;
  const earlier = useThrottled(isSlow ? text : null, text.length * PAUSE_MS_PER_CHAR);
  return isSlow && earlier !== null && text.startsWith(earlier) ? earlier : text;
}
