import { useState } from 'react';
import 'passkey-elements/define';
import type {} from 'passkey-elements/react';

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
          <passkey-manager backend="rest" strings={{ managerTitle: 'Your keys' }} />
        </>
      )}
      {open && !method && (
        <passkey-login
          backend="rest"
          strings={{ signInTitle: 'Members’ entrance' }}
          onpasskey-signed-in={({ detail }) => setMethod(detail.method)}
        >
          <a slot="fallback" href="/password">
            Sign in with a password
          </a>
        </passkey-login>
      )}
    </>
  );
}
