import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useRoute } from 'wouter';

const Toaster = lazy(async () => ({ default: (await import('sonner')).Toaster }));

/** Short messages in a corner. The first page says nothing there, so it need not wait for them. */
export function Toasts(): ReactNode {
  const [isHome] = useRoute('/');
  const [isWanted, setIsWanted] = useState(!isHome);
  if (!isHome && !isWanted) setIsWanted(true);
  if (!isWanted) return null;
  return (
    <Suspense fallback={null}>
      <Toaster position="bottom-right" toastOptions={{ className: 'runtape-toast' }} />
    </Suspense>
  );
}
