import { randomBytes } from 'node:crypto';

export interface BenchPerson {
  email: string;
  password: string;
}

/** An account that is ready for sign-in, made over the HTTP API as a person makes one. */
export async function registerPerson(stack: { origin: string; cloud: string }, email = `bench-${randomBytes(5).toString('hex')}@example.com`): Promise<BenchPerson> {
  const person = { email, password: `Bench-${randomBytes(5).toString('hex')}-7!` };
  await post(stack.origin, '/api/auth/sign-up', person);
  const mails = (await (await fetch(`${stack.cloud}/outbox?to=${encodeURIComponent(person.email)}`)).json()) as { code: string }[];
  await post(stack.origin, '/api/auth/confirm', { email: person.email, code: mails[0]!.code });
  return person;
}

/** A Cookie header of a fresh session. */
export async function signedInCookie(stack: { origin: string; cloud: string }): Promise<string> {
  return signIn(stack, await registerPerson(stack));
}

/** A Cookie header of one more session of that person. */
export async function signIn(stack: { origin: string }, person: BenchPerson): Promise<string> {
  const answer = await post(stack.origin, '/api/auth/sign-in', person);
  return answer.headers.getSetCookie().map((line) => line.split(';')[0]!).find((pair) => pair.includes('sid='))!;
}

async function post(origin: string, path: string, body: object): Promise<Response> {
  const answer = await fetch(`${origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', origin },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return answer;
}
