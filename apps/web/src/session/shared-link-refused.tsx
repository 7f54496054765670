import type { ReactNode } from 'react';
import { usePageTitle } from '../shell/use-page-title.ts';
import { Button } from '../ui/button.tsx';

/** A link that somebody shared, and that does not work. */
export function SharedLinkRefused(props: {
  readonly message: string;
  readonly dismiss: () => void;
}): ReactNode {
  usePageTitle('Shared link');
  return (
    <div className="mx-auto max-w-xl py-16">
      <h1 className="text-lg font-semibold">This shared link does not work</h1>
      <p className="mt-2 text-muted-foreground">
        {props.message} Shared links expire, and have to be complete. Ask the person who sent it for
        a new one.
      </p>
      <Button className="mt-4" onClick={props.dismiss}>
        Continue without it
      </Button>
    </div>
  );
}
