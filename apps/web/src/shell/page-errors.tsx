import { Component, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { ChunkLoadError } from './lazy-page.ts';

/** Shows a message instead of an empty window when the page itself fails. */
export class PageErrors extends Component<
  { readonly children: ReactNode },
  { readonly failed: 'error' | 'not_loaded' | null }
> {
  override state = { failed: null };

  static getDerivedStateFromError(error: unknown) {
    return { failed: error instanceof ChunkLoadError ? 'not_loaded' : 'error' };
  }

  override render(): ReactNode {
    const { failed } = this.state;
    if (failed === null) return this.props.children;
    const reload = <Button onClick={() => location.reload()}>Reload</Button>;
    if (failed === 'not_loaded') {
      return (
        <Notice title="This part of the page could not be loaded" action={reload}>
          The server may be unavailable for a moment, or it may have been updated. Workflows keep
          running.
        </Notice>
      );
    }
    return (
      <Notice title="Something went wrong on this page" action={reload}>
        Workflows are not affected. They keep running, and nothing is lost.
      </Notice>
    );
  }
}
