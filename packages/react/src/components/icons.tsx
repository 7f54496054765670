import type { ReactNode } from 'react';
import { classes } from './classes.ts';

interface IconProps {
  /** The accessible name; without it, the icon is decorative. */
  readonly label?: string | undefined;
  readonly className?: string | undefined;
}

export function CheckIcon(props: IconProps): ReactNode {
  return <Icon {...props} path="M20 6 9 17l-5-5" />;
}

export function CrossIcon(props: IconProps): ReactNode {
  return <Icon {...props} path="M18 6 6 18M6 6l12 12" />;
}

export function SlashIcon(props: IconProps): ReactNode {
  return <Icon {...props} path="M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM9 15l6-6" />;
}

export function ChevronIcon(props: IconProps): ReactNode {
  return <Icon {...props} path="m9 18 6-6-6-6" />;
}

export function SpinnerIcon({ className, ...props }: IconProps): ReactNode {
  return (
    <Icon
      {...props}
      className={classes('motion-safe:animate-spin', className)}
      path="M21 12a9 9 0 1 1-6.2-8.6"
    />
  );
}

function Icon({ label, className, path }: IconProps & { readonly path: string }): ReactNode {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      className={classes('size-4 shrink-0', className)}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      <path d={path} />
    </svg>
  );
}
