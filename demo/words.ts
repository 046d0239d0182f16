const en = {
  lead: 'Two custom elements that give any web page passkeys, with any compatible backend.',
  loginLegend: 'signs people in, and helps newcomers to a first passkey.',
  managerLegend: 'lists, adds, renames and removes their passkeys.',
  backend: 'Backend',
  language: 'Language',
  theme: 'Theme',
  system: 'System',
  light: 'Light',
  dark: 'Dark',
  mailTitle: 'Your mailbox',
  mailHint: 'This server runs in development, so here is the code.',
  placeholder: 'Sign in, and your passkeys are shown here.',
  signedInAs: 'Signed in as',
  signOut: 'Sign out',
  tokenKept: 'The token is kept in memory only: a reload signs you out.',
  cookieKept: 'The session is in a cookie that scripts cannot read: it survives a reload.',
  snippet: 'This page in HTML',
  copy: 'Copy',
  copied: 'Copied',
  copyFailed: 'Select and copy',
  events: 'Events',
  clear: 'Clear',
  footer:
    'Nothing here is simulated: the server checks every passkey, and accounts stay on this machine.',
};

const de: Words = {
  lead: 'Zwei Custom Elements, mit denen jede Webseite Passkeys bekommt, zu jedem passenden Backend.',
  loginLegend: 'meldet an und hilft Neuen zum ersten Passkey.',
  managerLegend: 'zeigt, ergänzt, benennt und entfernt Passkeys.',
  backend: 'Backend',
  language: 'Sprache',
  theme: 'Aussehen',
  system: 'System',
  light: 'Hell',
  dark: 'Dunkel',
  mailTitle: 'Ihr Postfach',
  mailHint: 'Dieser Server läuft zur Entwicklung, darum steht der Code hier.',
  placeholder: 'Melden Sie sich an, dann erscheinen hier Ihre Passkeys.',
  signedInAs: 'Angemeldet als',
  signOut: 'Abmelden',
  tokenKept: 'Das Token bleibt nur im Arbeitsspeicher: Neuladen meldet ab.',
  cookieKept: 'Die Sitzung liegt in einem Cookie, das Skripte nicht lesen: Sie übersteht Neuladen.',
  snippet: 'Diese Seite in HTML',
  copy: 'Kopieren',
  copied: 'Kopiert',
  copyFailed: 'Bitte selbst kopieren',
  events: 'Ereignisse',
  clear: 'Leeren',
  footer:
    'Hier ist nichts gespielt: Der Server prüft jeden Passkey, und Konten bleiben auf diesem Rechner.',
};

const ar: Words = {
  lead: 'عنصران مخصصان يمنحان أي صفحة ويب مفاتيح المرور، مع أي خادم متوافق.',
  loginLegend: 'يسجّل دخول الأشخاص ويساعد الجدد على إنشاء أول مفتاح مرور.',
  managerLegend: 'يعرض مفاتيح المرور ويضيفها ويعيد تسميتها ويزيلها.',
  backend: 'الخادم',
  language: 'اللغة',
  theme: 'المظهر',
  system: 'النظام',
  light: 'فاتح',
  dark: 'داكن',
  mailTitle: 'بريدك',
  mailHint: 'يعمل هذا الخادم في وضع التطوير، لذا يظهر الرمز هنا.',
  placeholder: 'سجّل الدخول لتظهر مفاتيح المرور الخاصة بك هنا.',
  signedInAs: 'تم تسجيل الدخول باسم',
  signOut: 'تسجيل الخروج',
  tokenKept: 'يبقى الرمز المميز في الذاكرة فقط: إعادة التحميل تسجّل خروجك.',
  cookieKept: 'الجلسة في ملف تعريف ارتباط لا تقرؤه النصوص البرمجية، وتبقى بعد إعادة التحميل.',
  snippet: 'هذه الصفحة بلغة HTML',
  copy: 'نسخ',
  copied: 'تم النسخ',
  copyFailed: 'حدّد وانسخ',
  events: 'الأحداث',
  clear: 'مسح',
  footer: 'لا شيء هنا محاكاة: يتحقق الخادم من كل مفتاح مرور، وتبقى الحسابات على هذا الجهاز.',
};

/** The page's own words in one language; those of the elements are their own business. */
export type Words = typeof en;

/** The page's languages. */
export const languages = { en, de, ar };

/** Puts the words of the page's language wherever an element names one. */
export function speak(words: Words): void {
  for (const element of document.querySelectorAll<HTMLElement>('[data-word]')) {
    element.textContent = words[element.dataset['word'] as keyof Words];
  }
}
