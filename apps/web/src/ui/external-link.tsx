import { ExternalLink as Icon } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';

/** A link that opens in a new tab, and says so. */
export function ExternalLink({
  children,
  ...props
}: Pick<ComponentProps<'a'>, 'href' | 'className' | 'children'>): ReactNode {
  return (
    <a {...props} target="_blank" rel="noreferrer">
      {children}
      <Icon className="size-3.5" aria-hidden />
      <span className="sr-only">(opens in a new tab)</span>
    </a>
  );
}
