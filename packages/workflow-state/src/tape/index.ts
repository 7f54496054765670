export type { Drawing } from './draw-tape.ts';
export { LANE, type Lane } from './lanes.ts';
export { QUIET } from './tape-model.ts';
export {
  type MissingStretch,
  type TapeEntry,
  TapeHistory,
  type TapeHistoryOptions,
} from './tape-history.ts';
