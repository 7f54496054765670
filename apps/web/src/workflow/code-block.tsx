import { isValidElement, type ReactNode } from 'react';
import { ScrollRegion } from '../ui/scroll-region.tsx';

interface CodeInMarkdown {
  readonly className?: unknown;
  readonly children?: unknown;
  readonly node?: unknown;
}

export function CodeBlock({ className, children }: CodeInMarkdown): ReactNode {
  const language = /language-(\w+)/.exec(String(className))?.[1];
  return (
    <ScrollRegion
      label={language === undefined ? 'Code' : `Code in ${language}`}
      className="code-block"
    >
      <pre>
        <code>{isNode(children) && children}</code>
      </pre>
    </ScrollRegion>
  );
}

export function InlineCode({ children }: CodeInMarkdown): ReactNode {
  return (
    <code className="rounded-sm bg-muted px-1.5 py-0.5 font-mono text-[0.875em] break-words">
      {isNode(children) && children}
    </code>
  );
}

function isNode(value: unknown): value is ReactNode {
  if (Array.isArray(value)) return value.every(isNode);
  return typeof value === 'string' || isValidElement(value);
}
