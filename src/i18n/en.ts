import { addOfferWords } from './en/add-offer.js';
import { addingWords } from './en/adding.js';
import { aroundListWords } from './en/around-list.js';
import { coachWords } from './en/coach.js';
import { detailsWords } from './en/details.js';
import { elsewhereWords } from './en/elsewhere.js';
import { createErrors, errors, waitingWords } from './en/errors.js';
import { loginWords } from './en/login.js';
import { managerWords } from './en/manager.js';
import { removalWords } from './en/removal.js';
import { renamingWords } from './en/renaming.js';
import { sharedWords } from './en/shared.js';
import { signUpWords } from './en/sign-up.js';

/** Every text a person can see. Another language is another object of this shape, in one file. */
export const en = {
  ...sharedWords,
  ...waitingWords,
  ...loginWords,
  ...signUpWords,
  ...elsewhereWords,
  ...coachWords,
  ...managerWords,
  ...aroundListWords,
  ...addingWords,
  ...addOfferWords,
  ...renamingWords,
  ...removalWords,
  ...detailsWords,
  errors,
  createErrors,
};

export type Strings = typeof en;
