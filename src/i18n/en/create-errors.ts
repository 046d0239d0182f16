import type { PasskeyErrorCode } from '../../core/errors.js';

/** By error code, where creating a passkey needs other words than signing in. */
export const createErrors: Partial<Record<PasskeyErrorCode, string>> = {
  cancelled: 'No passkey was created. You may have cancelled, or it took too long.',
  'verification-failed': 'The new passkey was not accepted. Please try again.',
  'outcome-unknown':
    'The connection broke off. Your passkey may have been created: look at your list before you try again.',
  unsupported: 'This device can’t create a passkey here. Turn on a screen lock, or try another.',
};
