import { run } from './run.ts';
import { main } from './stop.ts';

await main(() => run(false));
