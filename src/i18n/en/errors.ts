import type { PasskeyErrorCode } from '../../core/errors.js';

/** By error code, for signing in and in general. */
export const errors = {
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
  'not-loaded': 'This page did not load completely. Check your internet, then reload it.',
  timeout: 'The answer took too long. Please try again.',
  forbidden: 'This is not allowed.',
  'mfa-required': 'One more step is needed to sign in.',
  unknown: 'That did not work. Try again, or choose another way.',
} satisfies Record<PasskeyErrorCode, string>;

/** Where it takes long. */
export const waitingWords = {
  stillWaiting: 'Still waiting. Look at your browser, your password manager or your phone.',
  awaitingApproval: 'Your sign-in still needs to be approved.',
};

/** By error code, where creating a passkey needs other words than signing in. */
export const createErrors: Partial<Record<PasskeyErrorCode, string>> = {
  cancelled: 'No passkey was created. You may have cancelled, or it took too long.',
  'verification-failed': 'The new passkey was not accepted. Please try again.',
  'outcome-unknown':
    'The connection broke off. Your passkey may have been created: look at your list before you try again.',
  unsupported: 'This device can’t create a passkey here. Turn on a screen lock, or try another.',
};
