import 'passkey-elements/define';

// Nothing else is imported: the tags and the events are known all the same.
const element = document.createElement('passkey-login');
element.addEventListener('passkey-error', (event) => {
  const code: 'network' | 'timeout' | string = event.detail.code;
  const retryable: boolean = event.detail.retryable;
  console.log(code, retryable);
  // @ts-expect-error There is no such detail.
  console.log(event.detail.token);
});
document.addEventListener('passkey-registered', ({ detail }) => console.log(detail.id?.length));
const shadow = document.createElement('div').attachShadow({ mode: 'open' });
shadow.addEventListener('passkey-signed-in', ({ detail }) => console.log(detail.method));
// @ts-expect-error There is no such detail.
shadow.addEventListener('passkey-signed-in', ({ detail }) => console.log(detail.token));
window.addEventListener('passkey-signed-in', ({ detail }) => console.log(detail.method));
document.querySelector('passkey-login')?.cancel();
element.theme = 'dark';
element.theme = undefined;
// @ts-expect-error There is no such theme.
element.theme = 'purple';
// @ts-expect-error Methods of a kind the element does not have.
element.logIn();
