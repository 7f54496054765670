import { type ReactNode, useId, useMemo } from 'react';
import { defaultComponents, Streamdown, type StreamdownProps } from 'streamdown';
import { AskedImage } from './asked-image.tsx';
import { CodeBlock, InlineCode } from './code-block.tsx';
import { draftRules } from './draft-rules.ts';
import { LinkQuestion } from './link-question.tsx';

type Components = NonNullable<StreamdownProps['components']>;

const linkSafety: NonNullable<StreamdownProps['linkSafety']> = {
  enabled: true,
  renderModal: (question) => <LinkQuestion {...question} />,
};

/** Footnotes get their prefix with all other ids, by `draftRules`. */
const footnotes: NonNullable<StreamdownProps['remarkRehypeOptions']> = { clobberPrefix: '' };

/** Markdown that a model wrote, also while it is still being written. Rendered block by block: only the last one changes. */
export function DraftMarkdown(props: {
  readonly text: string;
  readonly grows: boolean;
}): ReactNode {
  const id = useId();
  const { components, rules } = useMemo(() => {
    const prefix = `draft-${id.replaceAll(/\W/g, '')}-`;
    return { components: componentsFor(prefix), rules: draftRules(prefix) };
  }, [id]);
  return (
    <div className="leading-relaxed" aria-busy={props.grows}>
      <Streamdown
        components={components}
        rehypePlugins={rules}
        remarkRehypeOptions={footnotes}
        controls={false}
        linkSafety={linkSafety}
        dir="auto"
        className="draft"
        data-grows={props.grows ? '' : undefined}
      >
        {props.text}
      </Streamdown>
    </div>
  );
}

/** Images only when a person asks for them. A link to a place in the text is followed at once; all others ask first. */
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
    img: AskedImage,
    code: CodeBlock,
    inlineCode: InlineCode,
  };
}
