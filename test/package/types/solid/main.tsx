import type { PasskeyBackend } from 'passkey-elements';
import 'passkey-elements/define';
import type {} from 'passkey-elements/solid';

declare const backend: PasskeyBackend;
declare const known: boolean;

export function Account() {
  return (
    <>
      <passkey-login
        class="box"
        name="passkey"
        client-id="shop"
        no-autofill
        on:passkey-error={({ detail, currentTarget }) =>
          console.warn(detail.code, currentTarget.identifier)
        }
      >
        <a slot="fallback" href="/password">
          Password
        </a>
      </passkey-login>
      <passkey-manager prop:backend={backend} keep-last prop:requestHeaders={() => ({ a: 'b' })} />
      <passkey-manager backend="rest" other-methods="2" prop:accessToken={() => 'token'} />
      <passkey-login
        theme={known ? 'dark' : undefined}
        prop:backend={known ? backend : undefined}
        on:passkey-error={known ? console.warn : undefined}
      />
      {/* @ts-expect-error There is no such dialect. */}
      <passkey-login backend="soap" />
      {/* @ts-expect-error There is no such theme. */}
      <passkey-login theme="purple" />
      {/* @ts-expect-error A number is no id. */}
      <passkey-login client-id={1} />
      {/* @ts-expect-error That is no number. */}
      <passkey-manager other-methods="two" />
      {/* @ts-expect-error Solid would write it as `noautofill`. */}
      <passkey-login noAutofill />
      {/* @ts-expect-error Solid would write it as `accesstoken`. */}
      <passkey-manager accessToken="token" />
      {/* @ts-expect-error There is no such property. */}
      <passkey-login clientID="shop" />
      {/* @ts-expect-error There is no such detail. */}
      <passkey-login on:passkey-error={({ detail }) => detail.token} />
    </>
  );
}
