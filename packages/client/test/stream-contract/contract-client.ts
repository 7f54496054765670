import type { Received, StreamRequest } from './stream-client.ts';

/** A client, such as a page, that reads streams of one server. */
export interface ContractClient extends AsyncDisposable {
  /** Sends every later request as the user of the token. */
  signIn(token: string): Promise<void>;
  open(request: StreamRequest): Promise<OpenStream>;
}

export interface OpenStream {
  /** Everything received so far. */
  readonly received: readonly Received[];
  leave(): Promise<void>;
}

/** @param url of the server */
export type OpenClient = (url: string) => Promise<ContractClient>;
