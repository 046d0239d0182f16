/** Words of the question where a passkey is to be kept, in `<passkey-manager>`. */
export const addOfferWords = {
  placeQuestion: 'Where do you want to keep it?',
  placeElsewhere: 'You have one on this device already. You can add another elsewhere.',
  placeHere: 'On this device',
  placePhone: 'On a phone or tablet',
  placeKey: 'On a security key',
};
