/** Words around the list of `<passkey-manager>`: where it is empty, and where it is long. */
export const aroundListWords = {
  emptyTitle: 'No passkeys yet',
  emptyExplained:
    'With a passkey you sign in with your face, fingerprint or screen lock instead of a password.',
  onOneDevice:
    'Each of your passkeys is on one device only. Add one in a password manager or on another device, in case you lose yours.',
  search: 'Search your passkeys',
  found: (count: number) => (count === 1 ? '1 passkey found.' : `${count} passkeys found.`),
  sort: 'Order',
  sortUsual: 'Usual order',
  sortNewest: 'Newest first',
  sortUsed: 'Last used first',
  sortName: 'By name',
  choose: 'Choose several',
  chooseOf: (name: string) => `Choose “${name}”`,
  removeChosen: (count: number) => `Remove (${count})`,
  showMore: (count: number) => `Show more (${count})`,
};
