import { isTerminal, type WorkflowEvent } from '@runtape/events';
import type { Bins } from './bins.ts';

/** So many agents have a lane of their own; all others share the last. */
const MAX_LANES = 6;

/** What a stretch of a lane shows; bits. */
export const LANE = { runs: 1, starts: 2, fails: 4 } as const;

export interface Lane {
  readonly agentId: string;
  readonly name: string;
  readonly role: string;
}

/** When which agent ran. */
export class Lanes {
  readonly #bins: Bins;
  readonly #lanes: Lane[] = [];
  readonly #laneOf = new Map<string, number>();
  readonly #running = new Map<string, number>();
  #attempt = 0;

  constructor(bins: Bins) {
    this.#bins = bins;
  }

  get all(): readonly Lane[] {
    return this.#lanes;
  }

  /** Those that run have run up to the next event. */
  pass(from: number, to: number): void {
    for (const lane of this.#running.values()) this.#bins.fillLane(lane, from, to, LANE.runs);
  }

  add(event: WorkflowEvent, place: number): void {
    switch (event.type) {
      case 'agent:started': {
        const lane = this.#findLane(event.data);
        this.#running.set(event.data.agentId, lane);
        this.#bins.markLane(lane, place, LANE.starts | LANE.runs);
        return;
      }
      case 'agent:completed':
        this.#running.delete(event.data.agentId);
        return;
      case 'agent:failed': {
        const lane = this.#laneOf.get(event.data.agentId);
        if (lane !== undefined) this.#bins.markLane(lane, place, LANE.fails);
        this.#running.delete(event.data.agentId);
        return;
      }
      case 'workflow:running':
        // What an earlier attempt left running begins anew.
        if (event.data.attempt !== this.#attempt) this.#running.clear();
        this.#attempt = event.data.attempt;
        return;
      default:
        if (event.type === 'workflow:retrying' || event.type === 'workflow:paused') {
          this.#running.clear();
        } else if (isTerminal(event)) {
          this.#running.clear();
        }
    }
  }

  #findLane({ agentId, name, role }: Lane): number {
    const known = this.#laneOf.get(agentId);
    if (known !== undefined) return known;
    const isOwn = this.#lanes.length < MAX_LANES;
    if (isOwn) this.#bins.addLane();
    const lane = isOwn ? this.#lanes.push({ agentId, name, role }) - 1 : MAX_LANES - 1;
    this.#laneOf.set(agentId, lane);
    return lane;
  }
}
