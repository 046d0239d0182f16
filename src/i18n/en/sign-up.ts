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
  passkeyCreated: (keeper?: string) =>
    `Your passkey is ${keeper ? `in ${keeper}` : 'in your password manager or on this device'}. Next time you can sign in with it.`,
  createdTitle: 'Passkey created',
  hereTitle: 'Sign in with this device next time',
  hereExplained:
    'Your passkey was on another device. Create one for this device too, and you will not need the other one here.',
  replaceTitle: 'Create a new passkey?',
  replaceExplained:
    'Your passkey did not work just now. With a new one you can sign in with your face, fingerprint or screen lock again.',
};
