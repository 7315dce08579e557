/** A time of the API (ISO 8601, or milliseconds since the epoch) for `<time>`: for machines, and in the person's own words. */
export function momentOf(value: string | number | undefined, locale?: string, timeZone?: string): { machine: string; words: string } | undefined {
  if (value === undefined) return undefined;
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return undefined;
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', ...(timeZone === undefined ? {} : { timeZone }) });
  return { machine: date.toISOString(), words: format.format(date) };
}
