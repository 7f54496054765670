import type { WakeReason } from '../reconnect/retry-timer.ts';
import { askWorkflow } from '../transport/fetch-workflow.ts';
import { RuntapeClientError } from '../errors.ts';
import { catchUp } from './catch-up.ts';
import { catchUpThread } from './catch-up-thread.ts';
import { Channel } from './channel.ts';
import { Follower, type FollowRequest, type FollowSink } from './follower.ts';
import { KeepLines, type KeepLinesOptions } from './keep-lines.ts';
import type { Line } from './line.ts';
import { Lines } from './lines.ts';
import { type ThreadRequest, ThreadSeat } from './thread-seat.ts';

/** What one request may carry. */
const MAX_LINES = 200;

/** A place in the hub, for who follows something. */
export interface HubFollow {
  /** So many more messages were taken. */
  taken(count: number): void;
  leave(): void;
}

/**
 * All workflows and threads that are followed in a browser, on one stream. Each follower has a cursor of its own and gets each
 * message once and in order. When what is followed changes, the request is opened again with a cursor for each.
 */
export class Hub {
  readonly #lines = new Lines();
  readonly #stream: KeepLines;
  #lastSeat = 0;

  constructor(options: KeepLinesOptions) {
    this.#stream = new KeepLines(this.#lines, options);
  }

  /** Follows a workflow. */
  follow(request: FollowRequest, sink: FollowSink): HubFollow {
    const leave = (): void => this.#leave(follower);
    const follower = new Follower(request, leaving(sink, leave));
    const known = this.#lines.channels.get(request.workflowId);
    if (known === undefined) this.#open(follower);
    else this.#add(known, follower);
    return { taken: (count) => follower.taken(count), leave };
  }

  /** Follows a thread. */
  followThread(request: ThreadRequest, sink: FollowSink): HubFollow {
    const leave = (): void => this.#leaveSeat(seat);
    this.#lastSeat += 1;
    const seat = new ThreadSeat({
      ...request,
      name: `${this.#lastSeat}`,
      sink: leaving(sink, leave),
      onBehind: () => this.#catchUpSeat(seat),
    });
    if (this.#hasRoomFor(seat.sink)) {
      this.#lines.seats.add(seat);
      this.#begin(seat);
    }
    return { taken: (count) => seat.window.taken(count), leave };
  }

  /** It is worth trying again at once. */
  wake(reason: WakeReason): void {
    this.#stream.wake(reason);
  }

  /** Ends everything, and says nothing. */
  close(): void {
    for (const { followers } of this.#lines.channels.values()) {
      for (const follower of followers) this.#leave(follower);
    }
    for (const seat of this.#lines.seats) this.#leaveSeat(seat);
    this.#stream.stop();
  }

  #hasRoomFor(sink: FollowSink): boolean {
    if (this.#lines.size < MAX_LINES) return true;
    const message = `A browser follows at most ${MAX_LINES} workflows and threads at once. Close some, and try again.`;
    queueMicrotask(() => sink.failed(new RuntapeClientError('refused', 'invalid_input', message)));
    return false;
  }

  #open(follower: Follower): void {
    if (!this.#hasRoomFor(follower.sink)) return;
    const channel = new Channel(follower, (late) => this.#catchUp(channel, late));
    this.#lines.channels.set(channel.workflowId, channel);
    channel.followers.add(follower);
    follower.isJoined = true;
    this.#begin(channel);
  }

  #begin(line: Line): void {
    for (const sink of line.sinks) this.#stream.tellOne(line, sink);
    this.#stream.tryNow();
    this.#stream.change();
  }

  #add(channel: Channel, follower: Follower): void {
    channel.followers.add(follower);
    this.#stream.tellOne(channel, follower.sink);
    if (!channel.carries(follower)) this.#stream.change();
    this.#catchUp(channel, follower);
    this.#stream.tryNow();
  }

  #leave(follower: Follower): void {
    if (follower.left.signal.aborted) return;
    follower.left.abort();
    const channel = this.#lines.channels.get(follower.request.workflowId);
    if (channel?.followers.delete(follower) !== true || channel.followers.size > 0) return;
    this.#lines.channels.delete(channel.workflowId);
    if (!channel.hasEnded) this.#stream.change();
  }

  #leaveSeat(seat: ThreadSeat): void {
    const { isOver } = seat;
    seat.left.abort();
    if (this.#lines.seats.delete(seat) && !isOver) this.#stream.change();
  }

  #catchUp(channel: Channel, follower: Follower): void {
    void catchUp({
      channel,
      follower,
      ask: ({ at, request }, signal) =>
        askWorkflow(this.#stream.asking(signal), { ...request, after: at }),
      pause: (failures, signal) => this.#stream.pause(failures, signal),
    });
  }

  #catchUpSeat(seat: ThreadSeat): void {
    void catchUpThread({
      seat,
      ask: (signal) => seat.ask(this.#stream.asking(signal)),
      pause: (failures, signal) => this.#stream.pause(failures, signal),
    }).then((isThere) => isThere && this.#stream.change());
  }
}

/** A sink that also lets its owner leave when nothing more comes. */
function leaving(sink: FollowSink, leave: () => void): FollowSink {
  return {
    message: (id, message, chars) => sink.message(id, message, chars),
    state: (state) => sink.state(state),
    ended: () => {
      leave();
      sink.ended();
    },
    failed: (error) => {
      leave();
      sink.failed(error);
    },
  };
}
