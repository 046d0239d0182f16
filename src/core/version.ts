/** Put in by whatever builds: the version in package.json. */
declare const PACKAGE_VERSION: string;

/** Which release of the package this is. */
export const version = PACKAGE_VERSION;
