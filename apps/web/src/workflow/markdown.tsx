import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { chunkText } from '../markdown/chunk-text.ts';

// The Markdown renderer is half of the page's code, and not needed until there is text.
const DraftMarkdown = lazy(async () => ({ default: await loadMarkdown() }));

/** Falls back to plain text if the code cannot be loaded, for example after a server update. */
async function loadMarkdown() {
  try {
    const { DraftMarkdown: component } = await import('./draft-markdown.tsx');
    return component;
  } catch {
    return PlainText;
  }
}

export function Markdown(props: { readonly text: string; readonly grows: boolean }): ReactNode {
  return (
    <Suspense fallback={<PlainText text={props.text} />}>
      <DraftMarkdown {...props} />
    </Suspense>
  );
}

export function usePreloadMarkdown(): void {
  useEffect(() => {
    void loadMarkdown();
  }, []);
}

function PlainText({ text }: { readonly text: string; readonly grows?: boolean }): ReactNode {
  const chunks = chunkText(text);
  return (
    <div
      className="leading-relaxed [overflow-wrap:anywhere] whitespace-pre-wrap"
      data-long={chunks.length > 1 ? '' : undefined}
    >
      {chunks.map((chunk, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- A chunk is identified by its position.
        <div key={index} className="draft-section">
          {chunk}
        </div>
      ))}
    </div>
  );
}
