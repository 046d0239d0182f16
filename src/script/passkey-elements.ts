import '../define.js';
import { offer } from './offer.js';

/** The script-tag file for both elements. */
offer();
