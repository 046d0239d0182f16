import '../manager.js';
import { offer } from './offer.js';

/** The script-tag file for `<passkey-manager>`. */
offer();
