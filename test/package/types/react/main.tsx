import { memo, useRef } from 'react';
import type { PasskeyBackend } from 'passkey-elements';
import { PasskeyLogin, PasskeyManager } from 'passkey-elements/react';

declare const backend: PasskeyBackend;
declare const known: boolean;

// A library that hands them on can write its own types.
export const Login = PasskeyLogin;
export const Manager = memo(PasskeyManager);

export function Account() {
  const login = useRef<HTMLElementTagNameMap['passkey-login']>(null);
  return (
    <>
      <PasskeyLogin
        ref={login}
        className="box"
        name="passkey"
        clientId="shop"
        noAutofill
        onPasskeySignedIn={({ detail, currentTarget }) => {
          const kind: 'session' | 'tokens' | 'code' = detail.kind;
          console.log(kind, currentTarget.identifier);
        }}
      >
        <a slot="fallback" href="/password">
          Password
        </a>
      </PasskeyLogin>
      <PasskeyManager backend={backend} keepLast onPasskeyRemoved={({ detail }) => detail.id} />
      <PasskeyManager backend="rest" accessToken={() => 'token'} strings={{ add: 'New' }} />
      <PasskeyLogin receiveTokens={({ kind }) => kind} requestHeaders={() => ({ a: 'b' })} />
      <PasskeyLogin
        backend={known ? backend : undefined}
        successUrl={known ? '/' : undefined}
        noAutofill={known || undefined}
        onPasskeyError={known ? console.warn : undefined}
      />
      {/* @ts-expect-error There is no such dialect. */}
      <PasskeyLogin backend="soap" />
      {/* @ts-expect-error A switch is no text. */}
      <PasskeyLogin noAutofill="yes" />
      {/* @ts-expect-error There is no such property. */}
      <PasskeyLogin clientID="shop" />
      {/* @ts-expect-error The manager signs nobody in. */}
      <PasskeyManager onPasskeySignedIn={() => undefined} />
      {/* @ts-expect-error There is no such detail. */}
      <PasskeyLogin onPasskeyError={({ detail }) => detail.token} />
    </>
  );
}

export function Tags() {
  return (
    <>
      <passkey-login
        name="passkey"
        client-id="shop"
        theme="dark"
        onpasskey-error={({ detail }) => console.warn(detail.code)}
      />
      <passkey-manager backend={backend} keepLast other-methods="2" slot="side" />
      <passkey-login theme={known ? 'dark' : undefined} no-autofill={known || undefined} />
      {/* @ts-expect-error There is no such dialect. */}
      <passkey-login backend="soap" />
      {/* @ts-expect-error There is no such theme. */}
      <passkey-login theme="purple" />
      {/* @ts-expect-error A number is no id. */}
      <passkey-login client-id={1} />
      {/* @ts-expect-error That is no number. */}
      <passkey-manager other-methods="two" />
      {/* @ts-expect-error There is no such detail. */}
      <passkey-login onpasskey-error={({ detail }) => detail.token} />
    </>
  );
}
