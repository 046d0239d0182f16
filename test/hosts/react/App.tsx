import { useState } from 'react';
import { PasskeyLogin, PasskeyManager } from 'passkey-elements/react';

export function App() {
  const [renders, setRenders] = useState(0);
  const [open, setOpen] = useState(true);
  const [method, setMethod] = useState<string>();

  async function signOut() {
    await fetch('/sign-out', { method: 'POST' });
    setMethod(undefined);
  }

  return (
    <>
      <button onClick={() => setRenders(renders + 1)}>Render again</button>
      <output>{renders}</output>
      <button onClick={() => setOpen(!open)}>{open ? 'Close' : 'Open'}</button>
      {method && (
        <>
          <p>Signed in by {method}</p>
          <button onClick={() => void signOut()}>Sign out</button>
          <PasskeyManager backend="rest" strings={{ managerTitle: 'Your keys' }} />
        </>
      )}
      {open && !method && (
        <PasskeyLogin
          backend="rest"
          strings={{ signInTitle: 'Members’ entrance' }}
          onPasskeySignedIn={({ detail }) => setMethod(detail.method)}
        >
          <a slot="fallback" href="/password">
            Sign in with a password
          </a>
        </PasskeyLogin>
      )}
    </>
  );
}
