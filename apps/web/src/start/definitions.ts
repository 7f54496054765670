import type { DefinitionInfo } from '@runtape/contract';
import { trpc } from '../connect.ts';
import { findKind } from '../home/kinds.ts';
import { useSession } from '../session/use-session.ts';

interface Definitions {
  /** The workflows that the user can start; `undefined` while they are not known. */
  readonly definitions: readonly DefinitionInfo[] | undefined;
  /** Those for which the page makes a form. */
  readonly own: readonly DefinitionInfo[];
  /**
   * Whether the server has the workflows about GitHub issues and repositories, for which the page
   * has forms and views of its own; `undefined` while it is not known.
   */
  readonly hasProduct: boolean | undefined;
  readonly error: { readonly message: string } | null;
  readonly tryAgain: () => void;
}

export function useDefinitions(): Definitions {
  const { data: session } = useSession();
  const maySee = session !== undefined && (!session.accounts || session.signedIn);
  const { data, error, refetch } = trpc.definitions.useQuery(undefined, { enabled: maySee });
  return {
    definitions: data,
    own: data?.filter((definition) => !isOfProduct(definition)) ?? [],
    hasProduct: data?.some(isOfProduct),
    error,
    tryAgain: () => void refetch(),
  };
}

function isOfProduct({ name }: DefinitionInfo): boolean {
  return findKind(name) !== null;
}
