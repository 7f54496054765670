import { useMutation, useQueryClient } from '@tanstack/react-query';
import { LogIn } from 'lucide-react';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import { usePageTitle } from '../shell/use-page-title.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { SessionRefused, signIn } from './session.ts';
import { enterSession } from './use-session.ts';

const NO_TOKEN = 'Paste a token first.';

export function SignInPage(props: { readonly hasExpired: boolean }): ReactNode {
  usePageTitle('Sign in');
  const queries = useQueryClient();
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const signingIn = useMutation({
    mutationFn: signIn,
    onSuccess: (session) => enterSession(queries, session),
    onError: (error) =>
      setProblem(
        error instanceof SessionRefused
          ? error.message
          : 'The server is not responding. Try again.',
      ),
    retry: false,
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    // Text copied from a terminal may have line breaks.
    const pasted = token.replaceAll(/\s+/g, '');
    setProblem(pasted === '' ? NO_TOKEN : null);
    if (pasted !== '') signingIn.mutate(pasted);
  };
  return (
    <div className="mx-auto max-w-md py-10 sm:py-16">
      <div className="rounded-xl border bg-card p-6">
        <h1 className="text-lg font-semibold">Sign in</h1>
        <p className="mt-1 text-sm text-muted-foreground">
          {props.hasExpired
            ? 'Your session has expired. Sign in again to return to this page. Your workflows kept running.'
            : 'On this server you see your own workflows, and those that others share with you.'}
        </p>
        <form onSubmit={submit} noValidate className="mt-5 space-y-3">
          <TextField
            label="Token"
            hint="A JSON Web Token. The operator of the server creates one with: runtape token"
            problem={problem}
            type="password"
            look="font-mono text-sm"
            autoComplete="current-password"
            spellCheck={false}
            value={token}
            onText={(text) => {
              setToken(text);
              setProblem(null);
            }}
          />
          <Button type="submit" kind="primary" disabled={signingIn.isPending} className="w-full">
            <LogIn aria-hidden />
            {signingIn.isPending ? 'Signing in …' : 'Sign in'}
          </Button>
        </form>
      </div>
    </div>
  );
}
