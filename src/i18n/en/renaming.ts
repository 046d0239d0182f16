/** Words of renaming a passkey in `<passkey-manager>`. */
export const renamingWords = {
  nameLabel: 'Name of the passkey',
  nameEmpty: 'Enter a name.',
  nameTooLong: (limit: number) => `Use at most ${limit} characters.`,
  nameInvalid: 'This name contains characters that cannot be shown.',
  nameTaken: 'Another passkey has this name. Save again to keep it.',
  save: 'Save',
  renamed: (name: string) => `Renamed to “${name}”.`,
};
