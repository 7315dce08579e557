import type { Page } from '@playwright/test';

/** A device that keeps passkeys, as the browser's own test interface offers it; it belongs to one tab and outlives its pages. */
export interface VirtualAuthenticator {
  /** Whether a finger lies on it: then it answers whatever the page asks, offers in a form's field included. */
  touched(isTouched: boolean): Promise<void>;
  /** The ids that it keeps, base64. */
  credentials(): Promise<string[]>;
}

/** https://chromedevtools.github.io/devtools-protocol/tot/WebAuthn/; built in, keeps passkeys, has checked the person. */
export async function addVirtualAuthenticator(page: Page): Promise<VirtualAuthenticator> {
  const debug = await page.context().newCDPSession(page);
  await debug.send('WebAuthn.enable');
  const { authenticatorId } = await debug.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true,
    },
  });
  return {
    async touched(enabled) {
      await debug.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
    },
    async credentials() {
      const { credentials } = await debug.send('WebAuthn.getCredentials', { authenticatorId });
      return credentials.map(({ credentialId }) => credentialId);
    },
  };
}
