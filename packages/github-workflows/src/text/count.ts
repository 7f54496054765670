const counts = new Intl.NumberFormat('en');

/** `1 file`, `1,399 files` */
export function count(number: number, thing: string, ending = 's'): string {
  return `${formatCount(number)} ${thing}${number === 1 ? '' : ending}`;
}

/** `1,399` */
export function formatCount(number: number): string {
  return counts.format(number);
}
