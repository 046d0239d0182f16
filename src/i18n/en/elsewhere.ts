/** Words for what another device, or somebody else, has to do. */
export const elsewhereWords = {
  timeLeft: (time: string) => `Time left: ${time}`,
  elsewhere: 'Use another device',
  elsewhereExplained:
    'Scan this with a phone that has your passkey, or open the link there. You will be asked for this number:',
  qrCode: 'QR code that holds the link',
  link: 'Link for the other device',
  copyLink: 'Copy the link',
  linkCopied: 'The link is copied.',
  copyFailed: 'Copying is not allowed here. Select the link and copy it.',
  awaitingDevice: 'Waiting for your other device…',
  notApproved: 'The sign-in was not approved on the other device.',
  startAgain: 'Start again',
  otherWay: 'Sign in another way',
  approveTitle: 'Approve a sign-in?',
  approveAsks: (device: string) =>
    `Another device wants to be signed in to your account: ${device}.`,
  deviceUnknown: 'unknown device',
  approveWarning:
    'Go on only if you have just started this yourself. Nobody who calls or writes to you needs it.',
  otherNetwork: 'It is not in the same network as you. Make sure that it is in front of you.',
  approveNumber: 'Which number is on the screen there?',
  numberMissing: 'Choose the number that the other device shows.',
  approve: 'Approve with a passkey',
  refuse: 'No, that was not me',
  approvedElsewhere: 'Approved',
  approvedExplained: 'Go on with the other device. You can close this page.',
  refusedTitle: 'Refused',
  refusedExplained: 'Nobody was signed in.',
  wrongNumber: 'That is another number, so nobody was signed in. Start again on the other device.',
  linkOver: 'This link is no longer good. Start again on the other device.',
};
