/** An authenticator of the browser's own that answers at once, as a phone or a laptop would. */
export interface VirtualAuthenticator {
  /** Takes it away, with the passkeys it holds. */
  remove(): Promise<void>;
}

/** Discoverable passkeys, and a person who consents and passes every check. Web Authentication §11. */
const phone = {
  protocol: 'ctap2',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
};

/** Adds one to a Chromium page of Playwright. */
export async function addPlaywrightAuthenticator(page: {
  context(): { newCDPSession(page: never): Promise<DevTools> };
}): Promise<VirtualAuthenticator> {
  return addByDevTools(await page.context().newCDPSession(page as never));
}

/** Adds one to a Chromium page of Puppeteer. */
export async function addPuppeteerAuthenticator(page: {
  createCDPSession(): Promise<DevTools>;
}): Promise<VirtualAuthenticator> {
  return addByDevTools(await page.createCDPSession());
}

/** Adds one to a WebDriver session of selenium-webdriver. */
export async function addWebDriverAuthenticator(driver: {
  getSession(): Promise<unknown>;
}): Promise<VirtualAuthenticator> {
  const session = driver as unknown as WebDriver;
  const parameters = { ...phone, isUserConsenting: true };
  await session.addVirtualAuthenticator({ toDict: () => parameters });
  return {
    async remove() {
      await session.removeVirtualAuthenticator();
    },
  };
}

/** What a driver has beside what `@types/selenium-webdriver` knows of it. */
interface WebDriver {
  addVirtualAuthenticator(options: { toDict(): object }): Promise<unknown>;
  removeVirtualAuthenticator(): Promise<unknown>;
}

/** A session of the DevTools protocol, whoever typed it. */
interface DevTools {
  send(method: never, params?: never): Promise<unknown>;
}

async function addByDevTools(session: DevTools): Promise<VirtualAuthenticator> {
  const send = (method: string, params: object = {}): Promise<unknown> =>
    session.send(method as never, params as never);
  await send('WebAuthn.enable');
  const options = { ...phone, automaticPresenceSimulation: true };
  const { authenticatorId } = (await send('WebAuthn.addVirtualAuthenticator', { options })) as {
    authenticatorId: string;
  };
  return {
    async remove() {
      await send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
    },
  };
}
