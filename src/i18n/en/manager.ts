/** Words of `<passkey-manager>` that its list needs. */
export const managerWords = {
  managerTitle: 'Passkeys',
  add: 'Add a passkey',
  tryAgain: 'Try again',
  loading: 'Loading your passkeys…',
  passkey: 'Passkey',
  created: 'Created',
  lastUsed: 'Last used',
  neverUsed: 'Not used yet',
  details: 'Details',
  synced: 'Synced',
  oneDeviceOnly: 'Only on one device',
  hereOnly: 'Only on this device',
  here: 'On this device',
  disabled: 'Disabled',
  renameOf: (name: string) => `Rename “${name}”`,
  removeOf: (name: string) => `Remove “${name}”`,
  notUpToDate: 'Done, but the list could not be refreshed.',
};

export type ManagerWords = typeof managerWords;
