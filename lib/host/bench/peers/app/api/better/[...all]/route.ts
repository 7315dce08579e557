import { toNextJsHandler } from 'better-auth/next-js';
import { better } from '../../../../better.ts';

export const { GET, POST } = toNextJsHandler(better);
