/** A moment where the person is: `2026-11-21` and `09:05`. */
export function localTime(nowMs: number): { day: string; time: string } {
  const date = new Date(nowMs);
  const two = (number: number): string => String(number).padStart(2, '0');
  return {
    day: `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
    time: `${two(date.getHours())}:${two(date.getMinutes())}`,
  };
}
