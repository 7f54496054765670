import { type ReactNode, useEffect, useId, useMemo, useReducer, useState } from 'react';
import { defaultComponents, type StreamdownProps } from 'streamdown';
import { RenderQueue } from '../markdown/render-queue.ts';
import { Section, type SectionRules } from '../markdown/section.tsx';
import { SectionSplitter } from '../markdown/section-splitter.ts';
import { ClickToLoadImage } from './click-to-load-image.tsx';
import { CodeBlock, InlineCode } from './code-block.tsx';
import { draftRules } from './draft-rules.ts';
import { ConfirmLink } from './confirm-link.tsx';

type Components = NonNullable<StreamdownProps['components']>;

const linkSafety: NonNullable<StreamdownProps['linkSafety']> = {
  enabled: true,
  renderModal: (question) => <ConfirmLink {...question} />,
};

/** `draftRules` adds the prefix to the ids of footnotes. */
const footnotes: NonNullable<StreamdownProps['remarkRehypeOptions']> = { clobberPrefix: '' };

/** Sections at the top that are rendered with the page; the others follow one by one. */
const EAGER_SECTIONS = 2;
/**
 * Characters that are split into sections with the page: what fits into the window, and some more.
 */
const FIRST_CHARS = 25_000;
/** Characters that are split at a time after that, which takes some milliseconds. */
const NEXT_CHARS = 150_000;

/**
 * Markdown that a model wrote or still writes. A finished section is parsed once. Of a long text
 * the sections near the window are rendered first; the others show as plain text until then.
 */
export function DraftMarkdown(props: {
  readonly text: string;
  readonly grows: boolean;
}): ReactNode {
  const { text, grows } = props;
  const id = useId();
  const rules = useMemo((): SectionRules => {
    const prefix = `draft-${id.replaceAll(/\W/g, '')}-`;
    return {
      components: componentsFor(prefix),
      rehypePlugins: draftRules(prefix),
      remarkRehypeOptions: footnotes,
      linkSafety,
    };
  }, [id]);
  const [splitter] = useState(() => new SectionSplitter());
  const [queue] = useState(() => new RenderQueue());
  const [turn, goOn] = useReducer((count: number) => count + 1, 0);
  const sections = splitter.split(text, turn === 0 ? FIRST_CHARS : NEXT_CHARS);
  const { left } = splitter;
  useEffect(() => {
    if (left === 0) return undefined;
    const timer = setTimeout(goOn);
    return () => clearTimeout(timer);
  }, [left]);
  const last = sections.length - 1;
  return (
    <div
      className="leading-relaxed"
      aria-busy={grows}
      data-long={sections.length > EAGER_SECTIONS ? '' : undefined}
    >
      {sections.map((section, index) => (
        <Section
          // oxlint-disable-next-line react/no-array-index-key -- A section is its place in the text.
          key={index}
          text={section.text}
          isHuge={section.isHuge}
          rules={rules}
          queue={queue}
          isEager={index < EAGER_SECTIONS || (grows && index === last)}
          isLast={index === last}
          grows={grows && index === last}
        />
      ))}
    </div>
  );
}

/** Images load on a click. Links within the text work at once; all others ask first. */
function componentsFor(prefix: string): Components {
  const Link = defaultComponents.a;
  return {
    a: (props) =>
      props.href?.startsWith('#') === true ? (
        <a
          className="font-medium text-primary underline"
          href={`#${prefix}${props.href.slice(1)}`}
          id={props.id}
          aria-describedby={props['aria-describedby']}
          aria-label={props['aria-label']}
        >
          {props.children}
        </a>
      ) : (
        <Link {...props} />
      ),
    img: ClickToLoadImage,
    code: CodeBlock,
    inlineCode: InlineCode,
  };
}
