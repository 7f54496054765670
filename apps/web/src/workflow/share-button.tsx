import { Share2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { toast } from 'sonner';
import { trpc } from '../connect.ts';
import { copyText } from '../copy-text.ts';
import { formatMoment } from '../format/time.ts';
import { pageUrl } from '../page-url.ts';
import { useSession } from '../session/use-session.ts';
import { Button } from '../ui/button.tsx';
import { toastFailure } from './control-buttons.tsx';

/**
 * Copies a link that lets anyone view the workflow for a day. Shown only on servers that can sign
 * links; without accounts, every link works anyway.
 */
export function ShareButton({ workflowId }: { readonly workflowId: string }): ReactNode {
  const { data: session } = useSession();
  const share = trpc.shareWorkflow.useMutation({
    onSuccess: async ({ token, until }) => {
      const link = shareUrl(workflowId, token);
      const description = `Anyone with the link can view this workflow until ${formatMoment(until)}.`;
      try {
        await copyText(link);
        toast.success('Link copied', { description });
      } catch {
        toast.info('The browser did not allow copying. Copy the link yourself:', {
          description: link,
          duration: Infinity,
          closeButton: true,
        });
      }
    },
    onError: toastFailure('shared'),
  });
  if (session?.canShare !== true) return null;
  return (
    <Button disabled={share.isPending} onClick={() => share.mutate({ workflowId })}>
      <Share2 aria-hidden />
      {share.isPending ? 'Sharing …' : 'Share'}
    </Button>
  );
}

/** Includes the shown moment. The token is in the fragment, so that no server logs it. */
function shareUrl(workflowId: string, token: string): string {
  const link = new URL(pageUrl(`/workflows/${workflowId}${location.search}`));
  link.hash = `share=${token}`;
  return link.href;
}
