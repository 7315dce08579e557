import { answer } from '@/lib/server/http/answer.ts';
import { publicRoute } from '@/lib/server/http/route.ts';

/** The process is up; whether the others are, `ready` says. */
export const GET = publicRoute({}, async () => answer(200, { status: 'ok' }));
