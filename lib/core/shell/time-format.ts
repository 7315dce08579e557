/** bash's own when TIMEFORMAT is not set. */
const DEFAULT = '\nreal\t%3lR\nuser\t%3lU\nsys\t%3lS';

/**
 * What the keyword `time` says, after `$TIMEFORMAT` (bash manual, 5.2): `%[p][l]R`, `U`, `S`, `P`, `%%`. A page is not told how
 * much of the time the processor worked, so all of it counts as the system's waiting: user and system time are 0.
 */
export function timeReport(format: string | undefined, milliseconds: number): string {
  return (format ?? DEFAULT).replace(/%(?:%|([0-9])?(l)?([RUSP]))/g, (whole, digits: string | undefined, long: string | undefined, what: string | undefined) => {
    if (what === undefined) return '%';
    if (what === 'P') return '0.00';
    const seconds = what === 'R' ? milliseconds / 1000 : 0;
    const precision = Math.min(3, Number(digits ?? '3'));
    return long === undefined ? seconds.toFixed(precision) : `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(precision)}s`;
  });
}
