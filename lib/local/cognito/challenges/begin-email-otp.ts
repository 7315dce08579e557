import { deliveryTo } from '../codes.ts';
import type { Pool } from '../pool.ts';
import { ServiceError } from '../service-error.ts';
import { canonical, type User } from '../users.ts';

/**
 * Mails a code and answers the EMAIL_OTP challenge, as a first factor ("Passwordless sign-in with one-time passwords" in the
 * developer guide) or a second one. The code belongs to this session alone: a stranger who begins a sign-in under the
 * same name neither ends the person's code nor learns anything from it. Nobody's name gets the same answer and no mail.
 * @throws ServiceError TooManyRequestsException after 20 codes in an hour, the most that AWS sends a person.
 */
export async function beginEmailOtp(pool: Pool, user: User, { isSecond = false } = {}): Promise<object> {
  try {
    pool.codes.countRequest(user.sub, 'email-otp');
  } catch {
    throw new ServiceError('TooManyRequestsException', 'Too many requests for a code; please try again later.');
  }
  const { code, deliver } = pool.codes.draw(user.email, 'email-otp');
  const session = pool.challenges.begin(user.sub, 'EMAIL_OTP', { code, isSecond });
  if (pool.users.find(user.sub) === user) await deliver();
  const { Destination, DeliveryMedium } = deliveryTo(canonical(user.email)).CodeDeliveryDetails;
  return {
    ChallengeName: 'EMAIL_OTP',
    Session: session,
    ChallengeParameters: { USER_ID_FOR_SRP: user.sub, CODE_DELIVERY_DELIVERY_MEDIUM: DeliveryMedium, CODE_DELIVERY_DESTINATION: Destination },
  };
}
