import * as v from 'valibot';
import { clearCookie } from '@/lib/core/session/cookies.ts';
import { revokeAllSessions } from '@/lib/core/session/scripts/revoke-session.ts';
import { audit } from '@/lib/server/audit.ts';
import { serverEnv } from '@/lib/server/env.ts';
import { answer } from '@/lib/server/http/answer.ts';
import { sessionRoute } from '@/lib/server/http/route.ts';
import { redis } from '@/lib/server/redis.ts';
import { requireRecentProof } from '@/lib/server/session/require-step-up.ts';

const body = v.strictObject({ scope: v.picklist(['others', 'all']) });

export const POST = sessionRoute({ body }, async ({ session, caller, body: { scope } }) => {
  const refusal = requireRecentProof(session);
  if (refusal) return refusal;
  const ended = await revokeAllSessions(redis(), session.user.id, scope === 'others' ? session.hash : undefined);
  await audit({ kind: 'revoke-all', user: session.user.id, session: session.id, device: caller.device, address: caller.address, detail: `${scope}: ${ended} ended` });
  return answer(200, { ended }, scope === 'all' ? [clearCookie('session', serverEnv().cookie)] : []);
});
