import type { ReactNode } from 'react';
import { Streamdown, type StreamdownProps } from 'streamdown';
import { AskedImage } from './asked-image.tsx';
import { CodeBlock, InlineCode } from './code-block.tsx';
import { LinkQuestion } from './link-question.tsx';

/** The part of a model's Markdown that is shown: no scripts, no frames; images only when a person asks for them. */
const components: NonNullable<StreamdownProps['components']> = {
  img: AskedImage,
  code: CodeBlock,
  inlineCode: InlineCode,
};

const linkSafety: NonNullable<StreamdownProps['linkSafety']> = {
  enabled: true,
  renderModal: (question) => <LinkQuestion {...question} />,
};

/** Markdown that a model wrote, also while it is still being written. Rendered block by block: only the last one changes. */
export function DraftMarkdown(props: {
  readonly text: string;
  readonly grows: boolean;
}): ReactNode {
  return (
    <div className="leading-relaxed" aria-busy={props.grows}>
      <Streamdown
        components={components}
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
