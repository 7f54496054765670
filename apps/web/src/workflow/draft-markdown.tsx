import type { ComponentProps, ReactNode } from 'react';
import { Streamdown } from 'streamdown';
import { cn } from '../ui/class-names.ts';
import { AskedImage } from './asked-image.tsx';

/** The part of a model's Markdown that is shown: no scripts, no frames; images only when a person asks for them. */
const components: NonNullable<ComponentProps<typeof Streamdown>['components']> = {
  img: AskedImage,
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
        linkSafety={{ enabled: true }}
        dir="auto"
        className={cn('space-y-4', props.grows && 'caret')}
      >
        {props.text}
      </Streamdown>
    </div>
  );
}
