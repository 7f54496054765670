import { isTerminal, type WorkflowEvent } from '@runtape/events';
import type { Bins } from './bins.ts';
import type { ShortModel } from './short-tape.ts';

/** The maximum number of lanes; all further roles share the last one. */
const MAX_LANES = 6;

/** The bits for the content of one bin of a lane. */
export const LANE = { runs: 1, starts: 2, fails: 4 } as const;

/**
 * A lane for one role. A critic that runs in every round is a different agent each time, but one
 * line with gaps on the tape.
 */
export interface Lane {
  readonly role: string;
  /** The name of the first agent in the role. */
  readonly name: string;
}

/** Records when the agents of each role ran. */
export class Lanes {
  readonly #bins: Bins;
  readonly #lanes: Lane[] = [];
  readonly #laneOf = new Map<string, number>();
  /** The lane of each running agent, by the agent's id. */
  readonly #running = new Map<string, number>();
  #attempt = 0;

  constructor(bins: Bins) {
    this.#bins = bins;
  }

  /** @param bins bins that already contain the lanes. */
  static restore(bins: Bins, { lanes: all, laneOf, running, attempt }: ShortModel): Lanes {
    const lanes = new Lanes(bins);
    lanes.#lanes.push(...all.map(({ role, name }) => ({ role, name })));
    for (const [role, lane] of laneOf) lanes.#laneOf.set(role, lane);
    for (const [agentId, lane] of running) lanes.#running.set(agentId, lane);
    lanes.#attempt = attempt;
    return lanes;
  }

  short(): Pick<ShortModel, 'laneOf' | 'running' | 'attempt'> {
    return { laneOf: [...this.#laneOf], running: [...this.#running], attempt: this.#attempt };
  }

  get all(): readonly Lane[] {
    return this.#lanes;
  }

  /** Extends the lanes of the running agents up to the next event. */
  pass(from: number, to: number): void {
    for (const lane of this.#running.values()) this.#bins.fillLane(lane, from, to, LANE.runs);
  }

  add(event: WorkflowEvent, position: number): void {
    switch (event.type) {
      case 'agent:started': {
        const lane = this.#findLane(event.data);
        this.#running.set(event.data.agentId, lane);
        this.#bins.markLane(lane, position, LANE.starts | LANE.runs);
        return;
      }
      case 'agent:completed':
        this.#running.delete(event.data.agentId);
        return;
      case 'agent:failed': {
        const lane = this.#running.get(event.data.agentId);
        if (lane !== undefined) this.#bins.markLane(lane, position, LANE.fails);
        this.#running.delete(event.data.agentId);
        return;
      }
      case 'workflow:running':
        // Agents that an earlier attempt left running start again.
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

  #findLane({ name, role }: Lane): number {
    const known = this.#laneOf.get(role);
    if (known !== undefined) return known;
    const isOwn = this.#lanes.length < MAX_LANES;
    if (isOwn) this.#bins.addLane();
    const lane = isOwn ? this.#lanes.push({ role, name }) - 1 : MAX_LANES - 1;
    this.#laneOf.set(role, lane);
    return lane;
  }
}
