import { lazy, type ReactNode, Suspense, useEffect } from 'react';

// The Markdown renderer is half of the page's code, and the first text takes a moment anyway.
const DraftMarkdown = lazy(async () => ({ default: await loadMarkdown() }));

/** The renderer; plain text when it cannot be loaded, as after an update of the server that took the old files away. */
async function loadMarkdown() {
  try {
    const { DraftMarkdown: component } = await import('./draft-markdown.tsx');
    return component;
  } catch {
    return PlainText;
  }
}

/** Markdown that a model wrote, or still writes. */
export function Markdown(props: { readonly text: string; readonly grows: boolean }): ReactNode {
  return (
    <Suspense fallback={<PlainText text={props.text} />}>
      <DraftMarkdown {...props} />
    </Suspense>
  );
}

/** Loads the renderer before there is text. */
export function usePreloadMarkdown(): void {
  useEffect(() => {
    void loadMarkdown();
  }, []);
}

/** A piece of plain text that the browser lays out in one. */
const PIECE_CHARS = 4000;

function PlainText({ text }: { readonly text: string; readonly grows?: boolean }): ReactNode {
  const pieces = piecesOf(text);
  return (
    <div
      className="leading-relaxed break-words whitespace-pre-wrap"
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

/** Divides a text at line ends; a line break between two pieces is their border. */
function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf('\n', start + PIECE_CHARS);
    pieces.push(text.slice(start, end === -1 ? text.length : end));
    if (end === -1) break;
    start = end + 1;
  }
  return pieces;
}
