import 'server-only';

/** How administrators name a session: `USERID.SESSIONID`, since a session is found through its person. */
export function nameSession(userId: string, sessionId: string): string {
  return `${userId}.${sessionId}`;
}

export function parseSessionName(text: string): { userId: string; sessionId: string } | undefined {
  const [, userId, sessionId] = /^([\w-]{1,128})\.([\w-]{22})$/.exec(text) ?? [];
  return userId === undefined || sessionId === undefined ? undefined : { userId, sessionId };
}
