/** Words of both elements. */
export const sharedWords = {
  cancel: 'Cancel',
  waitingForPasskey: 'Waiting for your passkey…',
  checking: 'Checking…',
  oneMoment: 'One moment…',
  /** Until the words for what went wrong are here. */
  failed: 'That did not work. Check your connection and try again, or reload this page.',
};
