import { attempt } from './webauthn.js';

/** Apps that show pages inside themselves, and Android's and iOS's own names for such a view. */
const apps =
  /\b(FBA[NV]|FB_IAB|Instagram|Line\/|MicroMessenger|KAKAOTALK|LinkedInApp|Snapchat|Pinterest|TikTok|musical_ly|BytedanceWebview)|Twitter for|; wv\)|\((iPhone|iPad|iPod)(?!.*Safari\/)/;

/** Whether this page is open inside an app. Only the name of the browser tells, so it is a guess. */
export function isInApp(userAgent = navigator.userAgent): boolean {
  return apps.test(userAgent);
}

/** Whether a page of another site shows this one. */
export function isFramed(): boolean {
  try {
    return !globalThis.top!.document;
  } catch {
    return true; // its document is out of reach
  }
}

/** Whether only trying shows that this document may not use passkeys. */
export function hidesPolicy(): boolean {
  return !('featurePolicy' in document);
}

/** Whether an address is one of numbers, which is no RP ID. WebAuthn Level 3 §5.1.3. */
export function isNumeric(hostname = location.hostname): boolean {
  return /^(\d+(\.\d+){3}|\[.*\])$/.test(hostname);
}

/** Whether a password manager in the browser, or other code, answers in the browser's place. */
export function isReplaced(): boolean {
  const source = () => Function.prototype.toString.call(navigator.credentials.get);
  return !/\[native code\]/.test(attempt(source) ?? ''); // it may be gone meanwhile
}
