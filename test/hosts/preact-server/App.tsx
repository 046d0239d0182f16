/** @jsxImportSource preact */
import { useEffect, useState } from 'preact/hooks';
import type { PasskeyLogin, PasskeyManager } from 'passkey-elements';
import type {} from 'passkey-elements/preact';

function prepareLogin(login: PasskeyLogin | null): void {
  if (login) login.strings = { signInTitle: 'Members’ entrance' };
}

function prepareManager(manager: PasskeyManager | null): void {
  if (manager) manager.strings = { managerTitle: 'Your keys' };
}

export function App() {
  const [renders, setRenders] = useState(0);
  const [open, setOpen] = useState(true);
  const [method, setMethod] = useState<string>();

  useEffect(() => void import('passkey-elements/define'), []);

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
          <passkey-manager backend="rest" ref={prepareManager} />
        </>
      )}
      {open && !method && (
        <passkey-login
          backend="rest"
          ref={prepareLogin}
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
