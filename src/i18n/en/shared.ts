/** Words of both elements. */
export const sharedWords = {
  cancel: 'Cancel',
  tryAgainIn: (seconds: number) => `Try again in ${seconds} s`,
  waitingForPasskey: 'Waiting for your passkey…',
  stillWaiting: 'Still waiting. Look at your browser, your password manager or your phone.',
  checking: 'Checking…',
  oneMoment: 'One moment…',
  awaitingApproval: 'Your sign-in still needs to be approved.',
  /** Until the words for what went wrong are here. */
  failed: 'That did not work. Check your connection and try again, or choose another way.',
};
