import { ImageIcon } from 'lucide-react';
import { type ReactNode, useState } from 'react';

interface ImageInMarkdown {
  readonly src?: unknown;
  readonly alt?: unknown;
  readonly node?: unknown;
}

/** An image in a model's text, loaded on a click, because its server learns who loads it. */
export function ClickToLoadImage(props: ImageInMarkdown): ReactNode {
  const src = props.src;
  const alt = typeof props.alt === 'string' ? props.alt : '';
  const [shown, setShown] = useState(false);
  const host = typeof src === 'string' ? webHost(src) : null;
  if (typeof src !== 'string' || host === null) return <span>{alt}</span>;
  if (shown) {
    return (
      <img
        src={src}
        alt={alt}
        referrerPolicy="no-referrer"
        className="my-2 max-w-full rounded-md"
      />
    );
  }
  return (
    <button
      type="button"
      onClick={() => setShown(true)}
      className="inline-flex max-w-full items-center gap-2 rounded-md border border-dashed px-2 py-1 text-sm text-muted-foreground hover:text-foreground"
    >
      <ImageIcon className="size-4 shrink-0" aria-hidden />
      <span className="truncate">
        Show the image {alt === '' ? '' : `“${alt}” `}from {host}
      </span>
    </button>
  );
}

/** Returns the host of an image; `null` if it is not on the web, for example on this server. */
function webHost(src: string): string | null {
  const url = URL.parse(src);
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.host : null;
}
