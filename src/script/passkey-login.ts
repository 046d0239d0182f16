import '../login.js';
import { offer } from './offer.js';

/** The script-tag file for `<passkey-login>`. */
offer();
