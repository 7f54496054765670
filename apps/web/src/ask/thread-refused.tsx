import type { RuntapeClientError } from '@runtape/client';
import type { ReactNode } from 'react';
import { Link } from 'wouter';

/** A conversation that is not for whoever asks for it. */
export function ThreadRefused({ error }: { readonly error: RuntapeClientError }): ReactNode {
  return (
    <div className="mx-auto max-w-xl py-16">
      <h1 className="text-lg font-semibold">
        {error.code === 'not_your_thread'
          ? 'This conversation belongs to someone else'
          : 'This conversation cannot be shown'}
      </h1>
      <p className="mt-2 text-muted-foreground">
        {error.code === 'not_your_thread'
          ? 'Only the person who started it can see it and ask in it. Ask them for a link to a single answer, or sign in with their account.'
          : error.message}
      </p>
      <Link href="/ask" className="mt-4 inline-block font-medium text-primary underline">
        Start a conversation of your own
      </Link>
    </div>
  );
}
