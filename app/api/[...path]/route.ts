import { refuse } from '@/lib/server/http/answer.ts';
import { publicRoute } from '@/lib/server/http/route.ts';

const nowhere = publicRoute({}, async () => refuse('not-found', 'There is nothing at this address.'));

export { nowhere as GET, nowhere as POST, nowhere as PUT, nowhere as PATCH, nowhere as DELETE };
