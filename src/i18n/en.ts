import type { PasskeyErrorCode } from '../core/errors.js';

/** Every text a person can see. Another language is another object of this shape. */
export const en = {
  // Both elements
  cancel: 'Cancel',
  close: 'Close',
  tryAgain: 'Try again',
  tryAgainIn: (seconds: number) => `Try again in ${seconds} s`,
  waitingForPasskey: 'Waiting for your passkey…',
  stillWaiting: 'Still waiting. Look at your browser, your password manager or your phone.',
  checking: 'Checking…',
  oneMoment: 'One moment…',

  // <passkey-login>
  signInTitle: 'Sign in or create an account',
  identifierLabel: 'E-mail address',
  identifierMissing: 'Enter your e-mail address.',
  continue: 'Continue',
  or: 'or',
  signIn: 'Sign in with a passkey',
  chooseTitle: 'How do you want to continue?',
  usePasskey: 'Use my passkey',
  usePasskeyHint: 'With your face, fingerprint or screen lock',
  sendCode: 'E-mail me a code',
  sendCodeHint: 'If you are new here, or have no passkey on this device',
  otherAccount: 'Use another e-mail address',
  codeTitle: 'Check your e-mail',
  codeSent: (identifier: string) => `We sent a code to ${identifier}.`,
  codeLabel: 'Code',
  codeMissing: 'Enter the code from the e-mail.',
  codeWrong: 'That code is not right. Look again, or ask for a new one.',
  codeAgain: 'Send a new code',
  codeResent: 'A new code is on its way.',
  createTitle: 'Sign in faster next time',
  createExplained:
    'A passkey lets you sign in with your face, fingerprint or screen lock. It is kept in your password manager, and there is nothing to remember.',
  create: 'Create a passkey',
  skip: 'Not now',
  signedIn: 'You are signed in.',
  passkeyCreated: 'Your passkey is ready. Next time you can sign in with it.',
  approvalTitle: 'Almost there',
  awaitingApproval: 'Your sign-in still needs to be approved.',
  approved: 'Your sign-in was approved.',

  // <passkey-manager>
  managerTitle: 'Passkeys',
  add: 'Add a passkey',
  added: 'Passkey added.',
  emptyTitle: 'No passkeys yet',
  emptyExplained:
    'With a passkey you sign in with your face, fingerprint or screen lock instead of a password.',
  loading: 'Loading your passkeys…',
  passkey: 'Passkey',
  created: 'Created',
  lastUsed: 'Last used',
  neverUsed: 'Not used yet',
  updated: 'Updated',
  neverUpdated: 'Never updated',
  details: 'Details',
  provider: 'Saved in',
  providerUnknown: 'Unknown',
  synced: 'Synced',
  thisDeviceOnly: 'Only on one device',
  disabled: 'Disabled',
  rename: 'Rename',
  renameOf: (name: string) => `Rename “${name}”`,
  nameLabel: 'Name of the passkey',
  nameEmpty: 'Enter a name.',
  nameTooLong: (limit: number) => `Use at most ${limit} characters.`,
  nameInvalid: 'This name contains characters that cannot be shown.',
  save: 'Save',
  renamed: (name: string) => `Renamed to “${name}”.`,
  remove: 'Remove',
  removeOf: (name: string) => `Remove “${name}”`,
  removeQuestion: (name: string) => `Remove “${name}”?`,
  removeConsequence: (provider: string) =>
    `You can no longer sign in with this passkey (${provider}).`,
  removeLeftover: 'If it still shows up in your password manager, delete it there too.',
  removeLast:
    'This is your last passkey. Make sure you have another way to sign in before you remove it.',
  removeLastRefused: 'This is your last passkey. Add another one before you remove it.',
  removed: (name: string) => `“${name}” was removed.`,
  confirmIdentity: 'Confirm it’s you to continue.',
  notUpToDate: 'Done, but the list could not be refreshed.',
  duplicates: 'Some passkeys were listed twice and are shown once.',

  /** By error code, for signing in and in general. */
  errors: {
    'invalid-config': 'Passkeys are not set up correctly on this page.',
    'invalid-input': 'Something in what you entered was not accepted. Check it and try again.',
    unsupported:
      'This browser or device can’t use passkeys here. A screen lock may be missing. Try another way.',
    'insecure-context': 'Passkeys need a secure (https) page.',
    'blocked-by-policy': 'This page does not let passkeys be used here. Open it in its own window.',
    busy: 'Another passkey prompt is already open. Finish or close it first.',
    aborted: 'Stopped. You can try again.',
    cancelled:
      'No passkey was used. You may have cancelled, or there is none for this site here. Try again or choose another way.',
    'already-registered':
      'You already have a passkey on this device or in this password manager. You can sign in with it.',
    'rp-mismatch': 'Passkeys aren’t available on this address.',
    'challenge-expired': 'That took too long. Please try again.',
    'verification-failed': 'The passkey could not be verified. Try again or choose another way.',
    'unknown-credential':
      'This passkey was removed from your account. Choose another one, or sign in another way.',
    'outcome-unknown': 'The connection broke off, so we can’t tell whether it worked.',
    unauthorized: 'You are not signed in. Sign in and try again.',
    'reauth-required': 'Confirm it’s you to continue.',
    'not-found': 'That passkey could not be found.',
    'last-passkey': 'This is your last passkey. Add another one before you remove it.',
    'rate-limited': 'Too many tries. Wait a moment, then try again.',
    'server-error': 'Something is wrong on our side. Please try again later.',
    'bad-response': 'Something is wrong on our side. Please try again later.',
    conflict: 'This changed in the meantime. Look at it again.',
    network: 'No connection. Check your internet and try again.',
    timeout: 'The answer took too long. Please try again.',
    forbidden: 'This is not allowed.',
    'mfa-required': 'One more step is needed to sign in.',
    unknown: 'That did not work. Try again, or choose another way.',
  } satisfies Record<PasskeyErrorCode, string>,

  /** By error code, where creating a passkey needs other words. */
  createErrors: {
    cancelled: 'No passkey was created. You may have cancelled, or it took too long.',
    'verification-failed': 'The new passkey was not accepted. Please try again.',
    'outcome-unknown':
      'The connection broke off. Your passkey may have been created: look at your list before you try again.',
    unsupported: 'This device can’t create a passkey here. Turn on a screen lock, or try another.',
  } as Partial<Record<PasskeyErrorCode, string>>,
};

export type Strings = typeof en;
