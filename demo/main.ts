import 'passkey-elements/define';
import type { PasskeyLogin, PasskeyManager, TokenResult } from 'passkey-elements';
import { followChoices, readChoices, type Choices } from './choices.js';
import { handOffPage, speakDialect } from './dialects.js';
import { logEvents } from './event-log.js';
import { openMailbox } from './mailbox.js';
import { copy, snippetFor } from './snippet.js';
import { languages, speak } from './words.js';

const find = <Found extends HTMLElement>(selector: string) =>
  document.querySelector<Found>(selector)!;

const root = document.documentElement;
const account = find('.account');
/** Where `<passkey-login>` stands, caption included. */
const stand = find('.login');
const placeholder = find('.placeholder');
const mailbox = openMailbox(find('.mail'));

let choices = readChoices();
let login = find<PasskeyLogin>('passkey-login');
let manager: PasskeyManager | undefined;
/** Kept here and nowhere else. */
let accessToken: string | undefined;
/** Whether this server lets another device approve a sign-in (`HANDOFF=1`). */
let handOff = false;

const words = () => languages[choices.lang];
const snippet = () => snippetFor(choices, handOff);

/** A fresh `<passkey-login>`: what was under way with the other backend is over. */
function renewLogin(): void {
  const fresh = document.createElement('passkey-login');
  speakDialect(fresh, choices.backend);
  login.replaceWith(fresh);
  login = fresh;
  login.receiveTokens = receiveTokens;
  offerHandOff();
}

function offerHandOff(): void {
  if (handOff && choices.backend === 'rest') login.setAttribute('hand-off', handOffPage);
}

async function readSettings(): Promise<void> {
  const answer = await fetch('/demo/settings').catch(() => undefined);
  if (!answer?.ok) return;
  ({ handOff } = (await answer.json()) as { handOff: boolean });
  offerHandOff();
  dress(choices);
}

let tokenOwner = '';
function receiveTokens(result: TokenResult): void {
  if (result.kind !== 'tokens') return;
  accessToken = result.accessToken;
  tokenOwner = result.user?.identifier ?? '';
  if (manager) manager.accessToken = accessToken;
}

function showSignedIn(identifier: string): void {
  find('.account bdi').textContent = identifier;
  account.hidden = false;
  placeholder.hidden = true;
  if (manager) return;
  manager = document.createElement('passkey-manager');
  speakDialect(manager, choices.backend);
  manager.accessToken = accessToken;
  manager.receiveTokens = receiveTokens;
  account.after(manager);
}

function showSignedOut(): void {
  accessToken = undefined;
  tokenOwner = '';
  manager?.remove();
  manager = undefined;
  account.hidden = true;
  placeholder.hidden = false;
  stand.hidden = false;
}

/** Whose session the cookie is for; only the `rest` dialect has one. */
async function sessionOwner(): Promise<string | undefined> {
  if (choices.backend !== 'rest') return undefined;
  const told = await fetch('/demo/session')
    .then((answer) => answer.json() as Promise<{ user?: { identifier: string } | null }>)
    .catch(() => undefined);
  return choices.backend === 'rest' ? told?.user?.identifier : undefined; // it may be another by now
}

/** A session from before this page was loaded. */
async function resume(): Promise<void> {
  const owner = await sessionOwner();
  if (!owner || manager) return;
  stand.hidden = true;
  showSignedIn(owner);
}

document.addEventListener('passkey-signed-in', () => {
  mailbox.close();
  if (choices.backend === 'ssojet') showSignedIn(tokenOwner);
  else void sessionOwner().then((owner) => owner && showSignedIn(owner));
});

// Whose session is over has to find the way back in.
document.addEventListener('passkey-error', ({ target, detail }) => {
  if (target !== manager || detail.code !== 'unauthorized') return;
  stand.hidden = false;
  if (!login.querySelector('input')?.checkVisibility()) renewLogin();
});

// In another tab of this browser somebody else may have signed in.
window.addEventListener('focus', () => {
  if (!manager) return;
  void sessionOwner().then((owner) => {
    if (!owner || !manager || owner === find('.account bdi').textContent) return;
    showSignedIn(owner);
    void manager.refresh();
  });
});

find('.sign-out').addEventListener('click', () => {
  stand.hidden = false; // it says so when this does not work
  void login.signOut().then(() => {
    if (login.matches(':state(error)')) return;
    showSignedOut();
    login.querySelector('input')?.focus();
  });
});

function dress({ lang, theme, backend }: Choices): void {
  root.lang = lang;
  root.dir = lang === 'ar' ? 'rtl' : 'ltr';
  root.dataset['theme'] = theme;
  speak(words());
  find('.account small').textContent =
    backend === 'ssojet' ? words().tokenKept : words().cookieKept;
  find('pre code').textContent = snippet();
}

followChoices(find<HTMLFormElement>('.choices'), (chosen) => {
  const otherBackend = chosen.backend !== choices.backend;
  choices = chosen;
  dress(choices);
  if (!otherBackend) return;
  showSignedOut();
  mailbox.close();
  renewLogin();
  void resume();
});

const copyButton = find<HTMLButtonElement>('.copy');
copyButton.addEventListener('click', () => void copy(snippet(), copyButton, words));
logEvents(find('.events'), find<HTMLButtonElement>('.clear'));
dress(choices);
speakDialect(login, choices.backend);
login.receiveTokens = receiveTokens;
void readSettings();
void resume();
