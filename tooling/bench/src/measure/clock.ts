/** The time in ms by a clock that all processes of this machine share and that is never set. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
