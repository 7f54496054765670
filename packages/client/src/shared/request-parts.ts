import type { Replay } from '@runtape/events';
import { fromTold } from '../errors.ts';
import type { Channel } from './channel.ts';
import type { Line } from './line.ts';
import type { Lines } from './lines.ts';
import { readFrame } from './read-frame.ts';
import type { SseFrame } from './sse-frames.ts';
import type { ThreadSeat } from './thread-seat.ts';

/** What a request asks for: each part from where it stands. */
interface RequestBody {
  readonly streams: readonly {
    readonly workflowId: string;
    readonly after: string | null;
    readonly replay: Replay;
    readonly types?: readonly string[];
  }[];
  readonly threads: readonly {
    readonly threadId: string;
    readonly after: string | null;
    readonly subscription: string;
  }[];
}

/**
 * The parts of one request, and whose what comes over it is. A message may stand for several that the server merged, so that
 * nobody can see from it what came before: only who asked in this very request, and has taken everything since, may take it.
 * Whoever began to follow later, or fell behind, gets nothing of this request, also when it is about the same workflow or
 * thread.
 */
export class RequestParts {
  readonly #channels: ReadonlyMap<string, Channel>;
  readonly #seats: ReadonlyMap<string, ThreadSeat>;
  readonly body: RequestBody;

  /** Everything that is wanted now; each part is on the wire from then on. */
  constructor(lines: Lines) {
    const channels = [...lines.channels.values()].filter(({ isWanted }) => isWanted);
    const seats = [...lines.seats].filter(({ isWanted }) => isWanted);
    this.body = { streams: channels.map(streamOf), threads: seats.map(threadOf) };
    this.#channels = new Map(channels.map((channel) => [channel.workflowId, channel]));
    this.#seats = new Map(
      seats.flatMap((seat) => (seat.subscription === null ? [] : [[seat.subscription, seat]])),
    );
  }

  get isEmpty(): boolean {
    return this.#all().length === 0;
  }

  /** Nothing more is to come of any part. */
  get isOver(): boolean {
    return this.#all().every(({ isOver }) => isOver);
  }

  /** Hands on what a frame says, to whom it belongs. */
  take(frame: SseFrame): void {
    const said = readFrame(frame);
    const chars = frame.data.length;
    switch (said?.kind) {
      case 'message':
        this.#channels.get(said.workflowId)?.take(said.id, said.message, chars);
        break;
      case 'item':
        this.#seatOf(said.subscription)?.take(said.cursor, said.item, chars);
        break;
      case 'ended':
        this.#channels.get(said.workflowId)?.end();
        break;
      case 'refused':
        this.#channels.get(said.workflowId)?.refuse(fromTold(said.error));
        break;
      case 'refused thread':
        this.#seatOf(said.subscription)?.refuse(fromTold(said.error));
        break;
      case 'malformed':
        // Whose it is cannot be told: everybody reports and skips it.
        for (const line of this.#all()) line.take('', said.body, 0);
        break;
      case undefined:
    }
  }

  /** `undefined` for one that has fallen behind since: the subscription is no longer its own. */
  #seatOf(subscription: string): ThreadSeat | undefined {
    const seat = this.#seats.get(subscription);
    return seat?.subscription === subscription ? seat : undefined;
  }

  #all(): readonly Line[] {
    return [...this.#channels.values(), ...this.#seats.values()];
  }
}

function streamOf(channel: Channel) {
  const { workflowId, cursor, replay } = channel;
  const types = channel.openOnWire();
  return { workflowId, after: cursor, replay, ...(types !== null && { types }) };
}

function threadOf(seat: ThreadSeat) {
  const { threadId, cursor } = seat;
  return { threadId, after: cursor, subscription: seat.openOnWire() };
}
