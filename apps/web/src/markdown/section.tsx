import { memo, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { Streamdown, type StreamdownProps } from 'streamdown';
import { useThrottled } from '../ui/use-throttled.ts';
import { HugeBlock } from './huge-block.tsx';
import type { RenderQueue } from './render-queue.ts';

/** A growing section up to this length is parsed in every frame. */
const MAX_EVERY_FRAME_CHARS = 10_000;
/** The pause between two parses of a longer section, in ms per character. */
const PAUSE_MS_PER_CHAR = 0.02;

/** The options for rendering Markdown; one object for all sections of a text. */
export type RenderOptions = Pick<
  StreamdownProps,
  'components' | 'rehypePlugins' | 'remarkRehypeOptions' | 'linkSafety'
>;

/** A section of a text; shown as plain text until it is rendered. */
export const Section = memo(function Section(props: {
  readonly text: string;
  /** Whether it stays plain text. */
  readonly isHuge: boolean;
  readonly options: RenderOptions;
  readonly queue: RenderQueue;
  /** Whether it is rendered immediately. */
  readonly isEager: boolean;
  /** Whether it is the last section, which may end in incomplete Markdown. */
  readonly isLast: boolean;
  readonly grows: boolean;
}): ReactNode {
  const { text, isHuge, options, queue, isEager, isLast, grows } = props;
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
          {...options}
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

/** Returns the text to parse: for a long growing text, an earlier state of it. */
function useParsedText(text: string, grows: boolean): string {
  const isSlow = grows && text.length > MAX_EVERY_FRAME_CHARS;
  const earlier = useThrottled(isSlow ? text : null, text.length * PAUSE_MS_PER_CHAR);
  return isSlow && earlier !== null && text.startsWith(earlier) ? earlier : text;
}
