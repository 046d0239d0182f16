/** Words for places where passkeys do not work, and what to do there. */
export const coachWords = {
  tryAgainIn: (seconds: number) => `Try again in ${seconds} s`,
  inApp:
    'This page is open inside another app, where passkeys often do not work. Open it in your browser.',
  framed:
    'This page is shown inside another page, which does not let it use passkeys. Open it in a window of its own.',
  insecure:
    'Passkeys need a secure (https) page. Go to the secure address of this site, or sign in another way.',
  numericAddress:
    'Passkeys do not work at an address made of numbers. Open this site by its name, or sign in another way.',
  otherAddress:
    'Passkeys are not set up for this address. Check that you are on the right site, or sign in another way.',
  screenLock: 'Turn on a screen lock or a PIN on this device, then try again.',
  extension:
    'Still waiting. A password manager in your browser may be in the way: look for its window, or cancel and try again without it.',
  openInBrowser: 'Open in your browser',
  openWindow: 'Open in a window of its own',
  openSecure: 'Go to the secure page',
  copyAddress: 'Copy the address of this page',
  addressCopied: 'The address is copied.',
  addressNotCopied: (address: string) => `Copying is not allowed here. The address is ${address}`,
  reloadPage: 'Reload the page',
  otherWays: 'Other ways to sign in',
};
