/** Words of adding a passkey in `<passkey-manager>`. */
export const addingWords = {
  added: 'Passkey added.',
};
