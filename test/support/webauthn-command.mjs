/**
 * The `webauthn` command of the test runner: drives virtual authenticators by the names and
 * parameters of the Chrome DevTools Protocol, in Chrome and in Firefox.
 */
export function webauthnCommand() {
  const chrome = chromeAuthenticators();
  return {
    name: 'webauthn',
    async executeCommand({ command, payload, session }) {
      if (command !== 'webauthn') return undefined;
      const { method, params } = payload;
      const { browser } = session;
      switch (browser.type) {
        case 'puppeteer':
          return (await chrome.send(session, method, params)) ?? {};
        case 'marionette':
          return (await sendToFirefox(browser, method, params)) ?? {};
        default:
          throw new Error(`${browser.name} has no virtual authenticators`);
      }
    },
  };
}

/** One DevTools session per page is kept, because detaching it removes its authenticators. */
function chromeAuthenticators() {
  const pages = new WeakMap();

  async function open(page) {
    const devtools = await page.createCDPSession();
    await devtools.send('WebAuthn.enable');
    return devtools;
  }

  // The runner uses a page for one test file after another: none may inherit authenticators.
  async function reopen({ devtools }) {
    await (await devtools).send('WebAuthn.disable');
    await (await devtools).send('WebAuthn.enable');
    return devtools;
  }

  function connect({ id, browser }) {
    const page = browser.getPage(id);
    const known = pages.get(page);
    if (known?.owner === id) return known.devtools;
    const devtools = known ? reopen(known) : open(page);
    pages.set(page, { owner: id, devtools });
    return devtools;
  }

  return {
    async send(session, method, params) {
      return (await connect(session)).send(`WebAuthn.${method}`, params);
    },
  };
}

/** Where Firefox wants other parameters, or answers in another shape. */
const firefoxDialect = {
  async addVirtualAuthenticator(run, { options }) {
    const { automaticPresenceSimulation = true, ctap2Version, ...rest } = options;
    const authenticatorId = await run('AddVirtualAuthenticator', {
      ...rest,
      protocol: ctap2Version ?? 'ctap2_1',
      isUserConsenting: automaticPresenceSimulation,
    });
    return { authenticatorId };
  },
  async getCredentials(run, params) {
    return { credentials: await run('GetCredentials', params) };
  },
  addCredential: (run, { authenticatorId, credential }) =>
    run('AddCredential', { authenticatorId, credentials: credential }),
  clearCredentials: (run, params) => run('RemoveAllCredentials', params),
};

function sendToFirefox(browser, method, params) {
  const run = (name, parameters) => browser.command(`WebAuthn:${name}`, parameters);
  const translated = firefoxDialect[method];
  return translated
    ? translated(run, params)
    : run(method[0].toUpperCase() + method.slice(1), params);
}
