import { clsx } from 'clsx';
import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps, ReactNode } from 'react';

const look = cva('button', {
  variants: {
    kind: {
      primary: 'bg-primary text-primary-foreground hover:bg-primary/90',
      secondary: 'border bg-card hover:bg-muted',
      quiet: 'text-muted-foreground hover:bg-muted hover:text-foreground',
      danger: 'border border-bad/40 bg-card text-bad hover:bg-bad/10',
    },
  },
  defaultVariants: { kind: 'secondary' },
});

export function Button({
  kind,
  className,
  ...props
}: ComponentProps<'button'> & VariantProps<typeof look>): ReactNode {
  return <button type="button" className={clsx(look({ kind }), className)} {...props} />;
}
