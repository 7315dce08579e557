import { costTable } from './cost/cost-table.ts';

/** `npm run cost`: what Selkie costs a month at list prices, from a thousand to ten million people, and where the walls stand. */
process.stdout.write(costTable());
