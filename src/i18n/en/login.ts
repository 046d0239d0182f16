/** Words of the first and the last screen of `<passkey-login>`. */
export const loginWords = {
  signInTitle: 'Sign in or create an account',
  identifierLabel: 'E-mail address',
  identifierMissing: 'Enter your e-mail address.',
  continue: 'Continue',
  or: 'or',
  signIn: 'Sign in with a passkey',
  signedIn: 'You are signed in.',
  approved: 'Your sign-in was approved.',
};
