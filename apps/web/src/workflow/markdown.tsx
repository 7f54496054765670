import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { chunkText } from '../markdown/chunk-text.ts';

// The Markdown renderer is half of the page's code, and is not needed before there is text.
const DraftMarkdown = lazy(async () => ({ default: await loadMarkdown() }));

/** Falls back to plain text when the code cannot be loaded, as after an update of the server. */
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
  const pieces = chunkText(text);
  return (
    <div
      className="leading-relaxed [overflow-wrap:anywhere] whitespace-pre-wrap"
      data-long={pieces.length > 1 ? '' : undefined}
    >
      {pieces.map((piece, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- A piece is its place in the text.
        <div key={index} className="draft-section">
          {piece}
        </div>
      ))}
    </div>
  );
}
