import { habits, monthOf, peopleUntil, type Month } from './cost-model.ts';
import { prices, quotas, type Figure } from './prices.ts';

const count = (value: number): string => {
  const [divisor, letter] = value >= 1e9 ? [1e9, ' bn'] : value >= 1e6 ? [1e6, ' m'] : value >= 1e4 ? [1e3, ' k'] : [1, ''];
  return `${(value / divisor).toLocaleString('en', { maximumFractionDigits: value / divisor < 10 ? 1 : 0 })}${letter}`;
};
const dollars = (value: number): string => (value < 10 ? `$${value.toFixed(2)}` : `$${Math.round(value).toLocaleString('en')}`);

/** Money, load and walls, in Markdown. */
export function costTable(): string {
  const months = [1_000, 10_000, 100_000, 1_000_000, 10_000_000].map((people) => monthOf(people));
  const row = (name: string, of: (month: Month) => string) => `| ${name} | ${months.map(of).join(' | ')} |`;
  return [
    `A month, at list prices of November 2026; a person is active on ${habits.daysAMonth} days, has the page before them for ${habits.visibleHours} h and open behind others for ${habits.hiddenHours} h, and makes ${habits.commitsADay} commits a day on ${habits.sessions} devices.`,
    '',
    row('active people', ({ people }) => people.toLocaleString('en')),
    `|---|${months.map(() => '---|').join('')}`,
    row('looks for changes (one S3 LIST each)', ({ polls }) => count(polls)),
    row('commits (one S3 PUT each)', ({ commits }) => count(commits)),
    row('S3, after a year', (month) => `${dollars(month.dollars.s3)} (${count(month.s3Gigabytes)} GB)`),
    row('Redis at Upstash', (month) => `${dollars(month.dollars.redis)} (${month.redisGigabytes.toFixed(2)} GB)`),
    row('Cognito Essentials', (month) => dollars(month.dollars.cognito)),
    row('together', (month) => dollars(month.dollars.total)),
    row('for one person', (month) => `$${month.dollars.perPerson.toFixed(3)}`),
    row('requests a second, busiest hour', ({ atPeak }) => count(atPeak.requestsPerSecond)),
    row('cores for the app, busiest hour', ({ atPeak }) => count(atPeak.cores)),
    row('sign-ins, refreshes a second', ({ atPeak }) => `${atPeak.signInsPerSecond.toFixed(2)}, ${atPeak.refreshesPerSecond.toFixed(2)}`),
    '',
    '| the wall | stands at | the remedy |',
    '|---|---|---|',
    wall('redisCommandsPerSecond', 'a Redis of your own behind `npm run redis-front`, where the limit is the machine, then a Redis for each share of the people'),
    wall('refreshesPerSecond', 'access tokens that live longer than an hour (Cognito allows a day), then a pool in another region, with a deployment of its own'),
    wall('redisGigabytes', 'a Redis of your own, then one for each share of the people'),
    wall('signInsPerSecond', 'a raised quota; passkeys and long sessions keep sign-ins rare'),
    wall('poolUsers', 'a second pool with a deployment of its own'),
    `| ${quotas.s3ReadsPerPrefix.value.toLocaleString('en')} ${quotas.s3ReadsPerPrefix.unit} | ${monthOf(10_000_000).atPeak.s3Partitions} partitions at ten million people | nothing: keys begin with a random id, so S3 can split them; until it has, a push waits at a 503 and is repeated |`,
    '',
    'The dearest item is looking for changes. Were the number of the newest commit kept beside the session in Redis, whose script runs with each request anyway, most listings of S3 would go, and with them two thirds of the money; the store stays the truth, and is listed every few minutes.',
    '',
    `Prices: ${figures(prices)}.`,
    '',
    `Limits: ${figures(quotas)}.`,
    '',
  ].join('\n');
}

function figures(all: Readonly<Record<string, Figure>>): string {
  return Object.entries(all).map(([name, { value, unit, seen }]) => `${name} ${Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 7 })} ${unit} (${seen})`).join('; ');
}

function wall(quota: Parameters<typeof peopleUntil>[0], remedy: string): string {
  const { value, unit } = quotas[quota];
  return `| ${value.toLocaleString('en')} ${unit} | ${count(peopleUntil(quota))} people | ${remedy} |`;
}
