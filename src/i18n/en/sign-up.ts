/** Words on the way to a first passkey. */
export const signUpWords = {
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
  createHint: 'If you are new here',
  createTitle: 'Sign in faster next time',
  createExplained:
    'A passkey lets you sign in with your face, fingerprint or screen lock. It is kept in your password manager, and there is nothing to remember.',
  create: 'Create a passkey',
  skip: 'Not now',
  passkeyCreated: 'Your passkey is ready. Next time you can sign in with it.',
};
