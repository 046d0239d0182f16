/** Words of the details of a passkey in `<passkey-manager>`. */
export const detailsWords = {
  provider: 'Saved in',
  providerUnknown: 'Unknown',
  updated: 'Updated',
  neverUpdated: 'Never updated',
  transports: 'Used over',
  transportInternal: 'This device',
  transportHybrid: 'Phone or tablet nearby',
  transportSmartCard: 'Smart card',
  signCount: 'Uses counted',
  algorithm: 'Algorithm',
  publicKey: 'Public key',
  copyAs: (form: string) => `Copy as ${form}`,
  copied: (form: string) => `Copied as ${form}.`,
  copyByHand: 'Your browser did not let us copy. The key is selected: copy it yourself.',
};
