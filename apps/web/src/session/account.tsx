import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleUser, LogOut } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { leaveSession, useSession } from './use-session.ts';

export function Account(): ReactNode {
  const queries = useQueryClient();
  const session = useSession();
  const signingOut = useMutation({ mutationFn: () => leaveSession(queries) });
  const user = session.data?.user ?? null;
  if (user === null) return null;
  const name = user.name ?? user.id;
  return (
    <div className="flex min-w-0 items-center gap-1 text-sm">
      {signingOut.isError && (
        <span role="alert" className="text-bad">
          You are still signed in, because the server did not respond. Try again.
        </span>
      )}
      <span
        title={user.id}
        className="hidden min-w-0 items-center gap-1.5 text-muted-foreground sm:flex"
      >
        <CircleUser className="size-4 shrink-0" aria-hidden />
        <span className="sr-only">Signed in as </span>
        <span className="max-w-40 truncate">{name}</span>
      </span>
      <Button
        kind="quiet"
        aria-label={`Sign out ${name}`}
        title="Sign out"
        disabled={signingOut.isPending}
        onClick={() => signingOut.mutate()}
      >
        <LogOut aria-hidden />
      </Button>
    </div>
  );
}
