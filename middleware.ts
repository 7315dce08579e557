import { NextResponse, type NextRequest } from 'next/server';
import { guard } from '@/lib/edge/guard.ts';

/** The edge door; what it does stands in lib/edge/guard.ts. */
export async function middleware(request: NextRequest): Promise<Response> {
  const verdict = await guard(request);
  if (verdict.kind === 'respond') return verdict.response;
  const response = NextResponse.next({ request: { headers: verdict.requestHeaders } });
  for (const [name, value] of verdict.responseHeaders) response.headers.append(name, value);
  return response;
}

// Build output is public and immutable; next.config.mjs gives it its headers.
export const config = { matcher: '/((?!_next/static/).*)' };
