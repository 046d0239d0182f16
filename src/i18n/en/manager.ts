import type { sharedWords } from './shared.js';

/** Words of `<passkey-manager>`. */
export const managerWords = {
  managerTitle: 'Passkeys',
  add: 'Add a passkey',
  added: 'Passkey added.',
  emptyTitle: 'No passkeys yet',
  emptyExplained:
    'With a passkey you sign in with your face, fingerprint or screen lock instead of a password.',
  loading: 'Loading your passkeys…',
  passkey: 'Passkey',
  created: 'Created',
  lastUsed: 'Last used',
  neverUsed: 'Not used yet',
  updated: 'Updated',
  neverUpdated: 'Never updated',
  details: 'Details',
  provider: 'Saved in',
  providerUnknown: 'Unknown',
  synced: 'Synced',
  thisDeviceOnly: 'Only on one device',
  disabled: 'Disabled',
  renameOf: (name: string) => `Rename “${name}”`,
  nameLabel: 'Name of the passkey',
  nameEmpty: 'Enter a name.',
  nameTooLong: (limit: number) => `Use at most ${limit} characters.`,
  nameInvalid: 'This name contains characters that cannot be shown.',
  save: 'Save',
  renamed: (name: string) => `Renamed to “${name}”.`,
  remove: 'Remove',
  removeOf: (name: string) => `Remove “${name}”`,
  removeQuestion: (name: string) => `Remove “${name}”?`,
  removeConsequence: (provider: string | undefined) =>
    `You can no longer sign in with this passkey${provider ? ` (${provider})` : ''}.`,
  removeLeftover: 'If it still shows up in your password manager, delete it there too.',
  removeLast:
    'This is your last passkey. Make sure you have another way to sign in before you remove it.',
  removeLastRefused: 'This is your last passkey. Add another one before you remove it.',
  removed: (name: string) => `“${name}” was removed.`,
  notUpToDate: 'Done, but the list could not be refreshed.',
};

export type ManagerWords = typeof sharedWords & typeof managerWords;
