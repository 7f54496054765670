import { type ReactNode, useEffect, useId, useMemo, useReducer, useState } from 'react';
import { defaultComponents, type StreamdownProps } from 'streamdown';
import { RenderQueue } from '../markdown/render-queue.ts';
import { Section, type RenderOptions } from '../markdown/section.tsx';
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

/** The number of sections that are rendered with the page; the others follow one by one. */
const EAGER_SECTIONS = 2;
/** The characters that are split into sections with the page, more than fit into a window. */
const FIRST_CHARS = 25_000;
/** The characters that are split at a time after that, which takes a few milliseconds. */
const NEXT_CHARS = 150_000;

/**
 * Markdown that a model wrote or is still writing. Each finished section is parsed once. In a long
 * text, the visible sections are rendered first; the others are plain text until then.
 */
export function DraftMarkdown(props: {
  readonly text: string;
  readonly grows: boolean;
}): ReactNode {
  const { text, grows } = props;
  const id = useId();
  const options = useMemo((): RenderOptions => {
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
  const [scans, scanMore] = useReducer((count: number) => count + 1, 0);
  const sections = splitter.split(text, scans === 0 ? FIRST_CHARS : NEXT_CHARS);
  const { unscanned } = splitter;
  useEffect(() => {
    if (unscanned === 0) return undefined;
    const timer = setTimeout(scanMore);
    return () => clearTimeout(timer);
  }, [unscanned]);
  const last = sections.length - 1;
  return (
    <div
      className="leading-relaxed"
      aria-busy={grows}
      data-long={sections.length > EAGER_SECTIONS ? '' : undefined}
    >
      {sections.map((section, index) => (
        <Section
          // oxlint-disable-next-line react/no-array-index-key -- A section is identified by its position.
          key={index}
          text={section.text}
          isHuge={section.isHuge}
          options={options}
          queue={queue}
          isEager={index < EAGER_SECTIONS || (grows && index === last)}
          isLast={index === last}
          grows={grows && index === last}
        />
      ))}
    </div>
  );
}

/** Images load on a click. Links within the text work directly; all others ask first. */
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
