/**
 * A number as jq 1.6 prints it: the shortest digits that read back as the same number (as JavaScript's), with an exponent of two
 * digits or more where the point is far away. nan is null, infinities are the largest numbers there are.
 */
export function formatNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return Object.is(value, -0) ? '-0' : String(value);
  if (Number.isNaN(value)) return 'null';
  const finite = Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE);
  const [mantissa = '', exponentText = '0'] = Math.abs(finite).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const sign = finite < 0 ? '-' : '';
  const point = Number(exponentText) + 1;
  if (point <= -4 || point > digits.length + 15) {
    const exponent = point - 1;
    return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits.padEnd(point, '0');
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
