import type { Strings } from './en.js';

/** German, in the formal “Sie”. */
export const de: Strings = {
  // Both elements
  cancel: 'Abbrechen',
  close: 'Schließen',
  tryAgain: 'Erneut versuchen',
  tryAgainIn: (seconds) => `Erneut versuchen in ${seconds} s`,
  waitingForPasskey: 'Warten auf Ihren Passkey …',
  stillWaiting:
    'Noch keine Antwort. Sehen Sie im Browser, im Passwortmanager oder auf dem Handy nach.',
  checking: 'Wird geprüft …',
  oneMoment: 'Einen Moment …',
  awaitingApproval: 'Ihre Anmeldung muss noch bestätigt werden.',
  failed:
    'Das hat nicht geklappt. Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal, oder laden Sie diese Seite neu.',

  // <passkey-login>
  signInTitle: 'Anmelden oder Konto erstellen',
  identifierLabel: 'E-Mail-Adresse',
  identifierMissing: 'Geben Sie Ihre E-Mail-Adresse ein.',
  continue: 'Weiter',
  or: 'oder',
  signIn: 'Mit Passkey anmelden',
  chooseTitle: 'Wie möchten Sie fortfahren?',
  usePasskey: 'Meinen Passkey verwenden',
  usePasskeyHint: 'Mit Gesicht, Fingerabdruck oder Displaysperre',
  sendCode: 'Code per E-Mail senden',
  sendCodeHint: 'Wenn Sie neu hier sind oder auf diesem Gerät keinen Passkey haben',
  otherAccount: 'Andere E-Mail-Adresse verwenden',
  codeTitle: 'Sehen Sie in Ihre E-Mails',
  codeSent: (identifier) => `Wir haben einen Code an ${identifier} gesendet.`,
  codeLabel: 'Code',
  codeMissing: 'Geben Sie den Code aus der E-Mail ein.',
  codeWrong: 'Der Code stimmt nicht. Sehen Sie noch einmal nach oder fordern Sie einen neuen an.',
  codeAgain: 'Neuen Code senden',
  codeResent: 'Ein neuer Code ist unterwegs.',
  createHint: 'Wenn Sie neu hier sind',
  createTitle: 'Beim nächsten Mal schneller anmelden',
  createExplained:
    'Mit einem Passkey melden Sie sich mit Gesicht, Fingerabdruck oder Displaysperre an. Er liegt in Ihrem Passwortmanager, und Sie müssen sich nichts merken.',
  create: 'Passkey erstellen',
  skip: 'Nicht jetzt',
  createdTitle: 'Passkey erstellt',
  signedIn: 'Sie sind angemeldet.',
  passkeyCreated: (keeper) =>
    `Ihr Passkey liegt ${keeper ? `in ${keeper}` : 'in Ihrem Passwortmanager oder auf diesem Gerät'}. Beim nächsten Mal können Sie sich damit anmelden.`,
  inApp:
    'Diese Seite ist in einer anderen App geöffnet. Passkeys funktionieren dort oft nicht. Öffnen Sie sie in Ihrem Browser.',
  framed:
    'Diese Seite wird in einer anderen Seite angezeigt, die ihr Passkeys nicht erlaubt. Öffnen Sie sie in einem eigenen Fenster.',
  insecure:
    'Passkeys brauchen eine sichere Seite (https). Rufen Sie die sichere Adresse auf oder melden Sie sich anders an.',
  numericAddress:
    'Unter einer Adresse aus Zahlen gibt es keine Passkeys. Rufen Sie diese Website mit ihrem Namen auf oder melden Sie sich anders an.',
  otherAddress:
    'Für diese Adresse sind keine Passkeys eingerichtet. Prüfen Sie, ob Sie auf der richtigen Website sind, oder melden Sie sich anders an.',
  screenLock:
    'Schalten Sie auf diesem Gerät eine Displaysperre oder PIN ein und versuchen Sie es erneut.',
  extension:
    'Noch keine Antwort. Vielleicht ist ein Passwortmanager im Browser im Weg: Suchen Sie sein Fenster, oder brechen Sie ab und versuchen Sie es ohne ihn.',
  openInBrowser: 'Im Browser öffnen',
  openWindow: 'In eigenem Fenster öffnen',
  openSecure: 'Zur sicheren Seite',
  copyAddress: 'Adresse dieser Seite kopieren',
  addressCopied: 'Die Adresse ist kopiert.',
  addressNotCopied: (address) => `Kopieren ist hier nicht erlaubt. Die Adresse ist ${address}`,
  reloadPage: 'Seite neu laden',
  otherWays: 'Andere Wege zur Anmeldung',
  hereTitle: 'Beim nächsten Mal mit diesem Gerät anmelden',
  hereExplained:
    'Ihr Passkey war auf einem anderen Gerät. Erstellen Sie auch für dieses Gerät einen, dann brauchen Sie das andere hier nicht mehr.',
  replaceTitle: 'Neuen Passkey erstellen?',
  replaceExplained:
    'Ihr Passkey hat gerade nicht funktioniert. Mit einem neuen melden Sie sich wieder mit Gesicht, Fingerabdruck oder Displaysperre an.',
  approved: 'Ihre Anmeldung wurde bestätigt.',

  // On another device
  timeLeft: (time) => `Verbleibende Zeit: ${time}`,
  elsewhere: 'Anderes Gerät verwenden',
  elsewhereExplained:
    'Scannen Sie das mit einem Handy, auf dem Ihr Passkey ist, oder öffnen Sie dort den Link. Sie werden nach dieser Zahl gefragt:',
  qrCode: 'QR-Code mit dem Link',
  link: 'Link für das andere Gerät',
  copyLink: 'Link kopieren',
  linkCopied: 'Der Link ist kopiert.',
  copyFailed: 'Kopieren ist hier nicht erlaubt. Markieren Sie den Link und kopieren Sie ihn.',
  awaitingDevice: 'Warten auf Ihr anderes Gerät …',
  notApproved: 'Die Anmeldung wurde auf dem anderen Gerät nicht bestätigt.',
  startAgain: 'Neu beginnen',
  otherWay: 'Anders anmelden',
  approveTitle: 'Anmeldung bestätigen?',
  approveAsks: (device) => `Ein anderes Gerät möchte in Ihrem Konto angemeldet werden: ${device}.`,
  deviceUnknown: 'unbekanntes Gerät',
  approveWarning:
    'Fahren Sie nur fort, wenn Sie das eben selbst begonnen haben. Niemand, der Sie anruft oder Ihnen schreibt, braucht das.',
  otherNetwork:
    'Es ist nicht im selben Netz wie Sie. Vergewissern Sie sich, dass es vor Ihnen liegt.',
  approveNumber: 'Welche Zahl zeigt das andere Gerät?',
  numberMissing: 'Wählen Sie die Zahl, die das andere Gerät zeigt.',
  approve: 'Mit Passkey bestätigen',
  refuse: 'Nein, das war ich nicht',
  approvedElsewhere: 'Bestätigt',
  approvedExplained: 'Machen Sie auf dem anderen Gerät weiter. Diese Seite können Sie schließen.',
  refusedTitle: 'Abgelehnt',
  refusedExplained: 'Niemand wurde angemeldet.',
  wrongNumber:
    'Das ist eine andere Zahl, deshalb wurde niemand angemeldet. Beginnen Sie auf dem anderen Gerät neu.',
  linkOver: 'Dieser Link gilt nicht mehr. Beginnen Sie auf dem anderen Gerät neu.',

  // <passkey-manager>
  managerTitle: 'Passkeys',
  add: 'Passkey hinzufügen',
  placeQuestion: 'Wo soll er liegen?',
  placeElsewhere: 'Auf diesem Gerät haben Sie schon einen. Anderswo geht noch einer.',
  placeHere: 'Auf diesem Gerät',
  placePhone: 'Auf einem Handy oder Tablet',
  placeKey: 'Auf einem Sicherheitsschlüssel',
  added: 'Passkey hinzugefügt.',
  emptyTitle: 'Noch keine Passkeys',
  emptyExplained:
    'Mit einem Passkey melden Sie sich mit Gesicht, Fingerabdruck oder Displaysperre an statt mit einem Passwort.',
  search: 'Ihre Passkeys durchsuchen',
  found: (count) => (count === 1 ? '1 Passkey gefunden.' : `${count} Passkeys gefunden.`),
  sort: 'Reihenfolge',
  sortUsual: 'Übliche Reihenfolge',
  sortNewest: 'Neueste zuerst',
  sortUsed: 'Zuletzt verwendete zuerst',
  sortName: 'Nach Namen',
  choose: 'Mehrere auswählen',
  chooseOf: (name) => `„${name}“ auswählen`,
  removeChosen: (count) => `Entfernen (${count})`,
  showMore: (count) => `Mehr anzeigen (${count})`,
  loading: 'Ihre Passkeys werden geladen …',
  passkey: 'Passkey',
  created: 'Erstellt',
  lastUsed: 'Zuletzt verwendet',
  neverUsed: 'Noch nicht verwendet',
  updated: 'Geändert',
  neverUpdated: 'Nie geändert',
  details: 'Details',
  provider: 'Gespeichert in',
  providerUnknown: 'Unbekannt',
  transports: 'Verwendet über',
  transportInternal: 'Dieses Gerät',
  transportHybrid: 'Handy oder Tablet in der Nähe',
  transportSmartCard: 'Chipkarte',
  signCount: 'Gezählte Verwendungen',
  algorithm: 'Verfahren',
  publicKey: 'Öffentlicher Schlüssel',
  copyAs: (form) => `Als ${form} kopieren`,
  copied: (form) => `Als ${form} kopiert.`,
  copyByHand:
    'Ihr Browser hat das Kopieren nicht erlaubt. Der Schlüssel ist markiert: Kopieren Sie ihn selbst.',
  synced: 'Synchronisiert',
  oneDeviceOnly: 'Nur auf einem Gerät',
  hereOnly: 'Nur auf diesem Gerät',
  here: 'Auf diesem Gerät',
  disabled: 'Deaktiviert',
  renameOf: (name) => `„${name}“ umbenennen`,
  nameLabel: 'Name des Passkeys',
  nameEmpty: 'Geben Sie einen Namen ein.',
  nameTooLong: (limit) => `Verwenden Sie höchstens ${limit} Zeichen.`,
  nameInvalid: 'Dieser Name enthält Zeichen, die nicht angezeigt werden können.',
  save: 'Speichern',
  renamed: (name) => `In „${name}“ umbenannt.`,
  remove: 'Entfernen',
  removeOf: (name) => `„${name}“ entfernen`,
  removeQuestion: (name) => `„${name}“ entfernen?`,
  removeConsequence: (provider) =>
    `Mit diesem Passkey${provider ? ` (${provider})` : ''} können Sie sich dann nicht mehr anmelden.`,
  removeLeftover: 'Löschen Sie, was Ihr Passwortmanager noch anzeigt, auch dort.',
  removeLast:
    'Das ist Ihr letzter Passkey. Stellen Sie sicher, dass Sie sich anders anmelden können, bevor Sie ihn entfernen.',
  removeLastOfMany: 'Das ist Ihr letzter Passkey. Sie müssen sich dann auf anderem Weg anmelden.',
  nameTaken:
    'So heißt schon ein anderer Passkey. Speichern Sie noch einmal, wenn es so bleiben soll.',
  onOneDevice:
    'Ihre Passkeys liegen nur auf je einem Gerät. Fügen Sie einen in einem Passwortmanager oder auf einem anderen Gerät hinzu, falls Sie eines verlieren.',
  removeLastRefused:
    'Das ist Ihr letzter Passkey. Fügen Sie einen weiteren hinzu, bevor Sie ihn entfernen.',
  removeManyQuestion: (count) => `${count} Passkeys entfernen?`,
  removeManyConsequence: 'Damit können Sie sich dann nicht mehr anmelden:',
  removedMany: (count) => `${count} Passkeys wurden entfernt.`,
  removed: (name) => `„${name}“ wurde entfernt.`,
  bringBack: (name) => `„${name}“ zurückholen`,
  bringBackMany: (count) => `${count} Passkeys zurückholen`,
  restored: (name) => `„${name}“ ist wieder da.`,
  restoredMany: (count) => `${count} Passkeys sind wieder da.`,
  notUpToDate: 'Erledigt, aber die Liste konnte nicht aktualisiert werden.',

  errors: {
    'invalid-config': 'Passkeys sind auf dieser Seite nicht richtig eingerichtet.',
    'invalid-input':
      'Etwas an Ihrer Eingabe wurde nicht angenommen. Prüfen Sie sie und versuchen Sie es erneut.',
    unsupported:
      'Dieser Browser oder dieses Gerät kann hier keine Passkeys verwenden. Vielleicht fehlt eine Displaysperre. Versuchen Sie einen anderen Weg.',
    'insecure-context': 'Passkeys brauchen eine sichere Seite (https).',
    'blocked-by-policy':
      'Diese Seite lässt Passkeys hier nicht zu. Öffnen Sie sie in einem eigenen Fenster.',
    busy: 'Eine andere Passkey-Abfrage ist schon offen. Beenden oder schließen Sie sie zuerst.',
    aborted: 'Angehalten. Sie können es erneut versuchen.',
    cancelled:
      'Es wurde kein Passkey verwendet. Vielleicht haben Sie abgebrochen, oder hier gibt es keinen für diese Website. Versuchen Sie es erneut oder wählen Sie einen anderen Weg.',
    'already-registered':
      'Sie haben auf diesem Gerät oder in diesem Passwortmanager schon einen Passkey. Sie können sich damit anmelden.',
    'rp-mismatch': 'Unter dieser Adresse gibt es keine Passkeys.',
    'challenge-expired': 'Das hat zu lange gedauert. Bitte versuchen Sie es erneut.',
    'verification-failed':
      'Der Passkey konnte nicht bestätigt werden. Versuchen Sie es erneut oder wählen Sie einen anderen Weg.',
    'unknown-credential':
      'Dieser Passkey wurde aus Ihrem Konto entfernt. Wählen Sie einen anderen oder melden Sie sich anders an.',
    'outcome-unknown': 'Die Verbindung brach ab. Wir wissen deshalb nicht, ob es funktioniert hat.',
    unauthorized: 'Sie sind nicht angemeldet. Melden Sie sich an und versuchen Sie es erneut.',
    'reauth-required': 'Bestätigen Sie, dass Sie es sind, um fortzufahren.',
    'not-found': 'Dieser Passkey wurde nicht gefunden.',
    'last-passkey':
      'Das ist Ihr letzter Passkey. Fügen Sie einen weiteren hinzu, bevor Sie ihn entfernen.',
    'rate-limited': 'Zu viele Versuche. Warten Sie einen Moment und versuchen Sie es dann erneut.',
    'server-error': 'Bei uns stimmt etwas nicht. Bitte versuchen Sie es später erneut.',
    'bad-response': 'Bei uns stimmt etwas nicht. Bitte versuchen Sie es später erneut.',
    conflict: 'Das hat sich inzwischen geändert. Sehen Sie es sich noch einmal an.',
    network: 'Keine Verbindung. Prüfen Sie Ihr Internet und versuchen Sie es erneut.',
    'not-loaded':
      'Diese Seite wurde nicht vollständig geladen. Prüfen Sie Ihr Internet und laden Sie sie neu.',
    timeout: 'Die Antwort hat zu lange gedauert. Bitte versuchen Sie es erneut.',
    forbidden: 'Das ist nicht erlaubt.',
    'mfa-required': 'Zum Anmelden fehlt noch ein Schritt.',
    unknown:
      'Das hat nicht funktioniert. Versuchen Sie es erneut oder wählen Sie einen anderen Weg.',
  },

  createErrors: {
    cancelled:
      'Es wurde kein Passkey erstellt. Vielleicht haben Sie abgebrochen, oder es dauerte zu lange.',
    'verification-failed':
      'Der neue Passkey wurde nicht angenommen. Bitte versuchen Sie es erneut.',
    'outcome-unknown':
      'Die Verbindung brach ab. Vielleicht wurde Ihr Passkey erstellt: Sehen Sie in Ihre Liste, bevor Sie es erneut versuchen.',
    unsupported:
      'Dieses Gerät kann hier keinen Passkey erstellen. Schalten Sie eine Displaysperre ein oder nehmen Sie ein anderes Gerät.',
  },
};
