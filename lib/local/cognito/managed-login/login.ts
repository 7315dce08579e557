import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { ServiceRequest, ServiceResponse } from '../../service.ts';
import { ServiceError } from '../service-error.ts';
import { codeLocation } from './authorize.ts';
import { errorLocation, parseAuthorization, type AuthorizationRequest } from './authorization-request.ts';
import { forgeryCookie, sessionCookie } from './cookies.ts';
import { redirect, type Endpoint, type LoginState } from './login-state.ts';
import { errorPage, fieldOf, loginPage, stepPage, type FormContext } from './pages.ts';
import { parseForm } from './parameters.ts';
import { answerStep, checkPassword, type StepOutcome } from './sign-in-steps.ts';

/**
 * https://docs.aws.amazon.com/cognito/latest/developerguide/login-endpoint.html
 * The form, with the query of the authorize endpoint. It changes nothing.
 */
export const showLogin: Endpoint = async ({ query, headers }, { pool }) => {
  const parsed = parseAuthorization(query, pool.config);
  if (parsed.kind === 'page') return errorPage(parsed.sentence);
  if (parsed.kind === 'redirect') return redirect(parsed.location);
  return freshForm(parsed.request, query, headers.cookie);
};

/** The posted form: user name and password, or the answer to the step that followed. */
export const postLogin: Endpoint = async (request, state) => {
  const { query, headers } = request;
  const parsed = parseAuthorization(query, state.pool.config);
  if (parsed.kind === 'page') return errorPage(parsed.sentence);
  if (parsed.kind === 'redirect') return redirect(parsed.location);
  if (isFromElsewhere(request)) return errorPage('This form was sent by another site. Go back to the app and sign in there.', 403);
  const form = parseForm(request);
  if (form === undefined) return errorPage('This form could not be read. Go back to the app and start again.');
  const forgeryToken = forgeryCookie.read(headers.cookie);
  if (forgeryToken === undefined || !isSame(forgeryToken, form.get('_csrf') ?? '')) {
    return freshForm(parsed.request, query, headers.cookie, 'The page had expired. Please sign in again.', 403);
  }

  const context: FormContext = { query, forgeryToken, redirectUri: parsed.request.redirectUri };
  try {
    return await (form.has('step') ? postStep(form, context, parsed.request, headers.cookie, state) : postPassword(form, context, parsed.request, headers.cookie, state));
  } catch (error) {
    console.error('Embedded managed login:', error);
    return redirect(errorLocation(parsed.request, 'server_error'));
  }
};

async function postPassword(form: ReadonlyMap<string, string>, context: FormContext, request: AuthorizationRequest, cookies: string | undefined, state: LoginState): Promise<ServiceResponse> {
  // Typed with a blank around it, an address is still the same one; a password is not.
  const username = (form.get('username') ?? '').trim();
  try {
    const outcome = await checkPassword(state.pool, username, form.get('password') ?? '');
    return goOn(outcome, context, request, cookies, state);
  } catch (error) {
    return loginPage({ ...context, complaint: complaintOf(error) }, username, 401);
  }
}

async function postStep(form: ReadonlyMap<string, string>, context: FormContext, request: AuthorizationRequest, cookies: string | undefined, state: LoginState): Promise<ServiceResponse> {
  const id = form.get('step') ?? '';
  const step = state.steps.find(id, context.query, context.forgeryToken);
  if (step === undefined) return loginPage({ ...context, complaint: 'This step is over. Please sign in again.' }, '', 401);
  const name = fieldOf(step.challenge);
  const answer = form.get(name) ?? '';
  try {
    const outcome = await answerStep(state.pool, step, name === 'code' ? answer.replaceAll(' ', '') : answer);
    state.steps.end(id);
    return goOn(outcome, context, request, cookies, state);
  } catch (error) {
    const isEmpty = error instanceof ServiceError && error.type === 'InvalidParameterException';
    const complaint = isEmpty ? 'Fill in the field, then try again.' : complaintOf(error);
    if (error instanceof ServiceError && mayTryAgain.has(error.type)) return stepPage({ ...context, complaint }, step, id, 401);
    state.steps.end(id);
    return loginPage({ ...context, complaint: `${complaint} Please sign in again.` }, '', 401);
  }
}

/** Refusals that leave a step's session alive. */
const mayTryAgain: ReadonlySet<string> = new Set([
  'CodeMismatchException', 'EnableSoftwareTokenMFAException', 'ExpiredCodeException', 'InvalidParameterException', 'InvalidPasswordException',
]);

function goOn(outcome: StepOutcome, context: FormContext, request: AuthorizationRequest, cookies: string | undefined, state: LoginState): ServiceResponse {
  if (outcome.kind === 'asks') {
    const id = state.steps.begin({ step: outcome.step, query: context.query, forgeryToken: context.forgeryToken });
    return stepPage(context, outcome.step, id);
  }
  // Always a new session: one that was planted in this browser must not become this person's.
  state.sessions.end(sessionCookie.read(cookies));
  const cookie = state.sessions.begin(outcome.sub);
  const session = state.sessions.find(cookie)!;
  return redirect(codeLocation(state, request, session), { 'set-cookie': sessionCookie.set(cookie) });
}

/** The refusals in words for a person. What is not of the service is thrown on. */
function complaintOf(error: unknown): string {
  if (!(error instanceof ServiceError)) throw error;
  if (error.message === 'Password attempts exceeded') return 'Too many wrong attempts. Wait a little, then try again.';
  switch (error.type) {
    case 'UserNotConfirmedException':
      return 'Confirm your address in the app first, then sign in.';
    case 'CodeMismatchException':
    case 'EnableSoftwareTokenMFAException':
      return 'This code is wrong. Type the newest one.';
    case 'ExpiredCodeException':
      return 'This code has been used already. Wait for the next one.';
    case 'LimitExceededException':
    case 'TooManyRequestsException':
      return 'Too many attempts. Wait a little, then try again.';
    case 'InvalidPasswordException':
      return error.message;
    case 'NotAuthorizedException':
      if (error.message.startsWith('Temporary password has expired')) return 'Your temporary password has expired. Ask for a new one.';
      if (error.message.startsWith('Invalid session')) return 'This step took too long.';
      return error.message === 'User is disabled.' ? 'This account is disabled.' : 'Incorrect username or password.';
    default:
      return 'Incorrect username or password.';
  }
}

/** The browser's own word on where the form came from; a page of another port of this host is another site too. */
function isFromElsewhere({ headers }: ServiceRequest): boolean {
  const { origin, host = '' } = headers;
  const site = headers['sec-fetch-site'];
  return (origin !== undefined && origin !== `http://${host}`) || (site !== undefined && site !== 'same-origin');
}

function freshForm(request: AuthorizationRequest, query: string, cookies: string | undefined, complaint?: string, status = 200): ServiceResponse {
  // One that is there is kept, so that two tabs can both be posted.
  const known = forgeryCookie.read(cookies);
  const forgeryToken = known ?? randomBytes(32).toString('base64url');
  const reply = loginPage({ query, forgeryToken, redirectUri: request.redirectUri, complaint }, request.loginHint, status);
  return known === undefined ? { ...reply, headers: { ...reply.headers, 'set-cookie': forgeryCookie.set(forgeryToken) } } : reply;
}

function isSame(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
