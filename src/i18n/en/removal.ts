/** Words of removing a passkey in `<passkey-manager>`. */
export const removalWords = {
  remove: 'Remove',
  close: 'Close',
  removeQuestion: (name: string) => `Remove “${name}”?`,
  removeConsequence: (provider: string | undefined) =>
    `You can no longer sign in with this passkey${provider ? ` (${provider})` : ''}.`,
  removeLeftover: 'Whatever your password manager still shows, delete it there too.',
  removeLast:
    'This is your last passkey. Make sure you have another way to sign in before you remove it.',
  removeLastOfMany: 'This is your last passkey. You will have to sign in another way.',
  removeLastRefused: 'This is your last passkey. Add another one before you remove it.',
  removeManyQuestion: (count: number) => `Remove ${count} passkeys?`,
  removeManyConsequence: 'You can no longer sign in with these:',
  removedMany: (count: number) => `${count} passkeys were removed.`,
  removed: (name: string) => `“${name}” was removed.`,
  bringBack: (name: string) => `Bring back “${name}”`,
  bringBackMany: (count: number) => `Bring back ${count} passkeys`,
  restored: (name: string) => `“${name}” is back.`,
  restoredMany: (count: number) => `${count} passkeys are back.`,
};
