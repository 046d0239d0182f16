import type { PasskeyBackend } from 'passkey-elements';
import 'passkey-elements/define';
import type {} from 'passkey-elements/preact';

declare const backend: PasskeyBackend;
declare const known: boolean;

export function Account() {
  return (
    <>
      <passkey-login
        class="box"
        name="passkey"
        client-id="shop"
        noAutofill
        onpasskey-error={({ detail, currentTarget }) =>
          console.warn(detail.code, currentTarget.identifier)
        }
      >
        <a slot="fallback" href="/password">
          Password
        </a>
      </passkey-login>
      <passkey-manager backend={backend} keepLast />
      <passkey-login look-up={known || undefined} noAutofill={known} />
      <passkey-manager open={known ? 'add' : undefined} backend={known ? backend : undefined} />
      <passkey-manager backend="rest" other-methods="2" accessToken={() => 'token'} />
      {/* @ts-expect-error There is no such dialect. */}
      <passkey-login backend="soap" />
      {/* @ts-expect-error There is no such theme. */}
      <passkey-login theme="purple" />
      {/* @ts-expect-error A number is no id. */}
      <passkey-login client-id={1} />
      {/* @ts-expect-error That is no number. */}
      <passkey-manager other-methods="two" />
      {/* @ts-expect-error Preact writes `false` out. */}
      <passkey-login look-up={false} />
      {/* @ts-expect-error There is no such property. */}
      <passkey-login clientID="shop" />
      {/* @ts-expect-error There is no such detail. */}
      <passkey-login onpasskey-error={({ detail }) => detail.token} />
    </>
  );
}
