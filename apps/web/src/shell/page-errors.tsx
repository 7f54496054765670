import { Component, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';

/** A mistake in the page itself shows as a message with a way on, not as an empty window. */
export class PageErrors extends Component<
  { readonly children: ReactNode },
  { readonly failed: boolean }
> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <Notice
        title="The page made a mistake"
        action={<Button onClick={() => location.reload()}>Reload</Button>}
      >
        Workflows are not touched by it: they go on, and nothing of them is lost.
      </Notice>
    );
  }
}
