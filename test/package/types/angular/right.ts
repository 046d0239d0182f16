import { Component, input } from '@angular/core';
import type { PasskeyBackend, PasskeyErrorEvent } from 'passkey-elements';
import { PasskeyLogin, PasskeyManager } from 'passkey-elements/angular';

@Component({
  selector: 'app-right',
  imports: [PasskeyLogin, PasskeyManager],
  template: `
    <passkey-login
      #login
      class="box"
      name="passkey"
      client-id="shop"
      noAutofill
      remember-skip
      theme="dark"
      [lookUp]="true"
      (passkey-signed-in)="tell($event.detail.kind, login.identifier)"
      (passkey-error)="fail($event)"
    >
      <a slot="fallback" href="/password">Password</a>
    </passkey-login>
    <button (click)="login.signOut()">Sign out</button>
    <passkey-manager [backend]="backend()" [strings]="{ add: 'New' }" [keepLast]="true" />
    <passkey-manager
      backend="rest"
      otherMethods="2"
      [accessToken]="token"
      (passkey-removed)="tell($event.detail.id)"
    />
  `,
})
export class Right {
  readonly backend = input.required<PasskeyBackend>();

  readonly token = (): string => 'token';

  tell(...words: string[]): void {
    console.log(words);
  }

  fail({ detail }: PasskeyErrorEvent): void {
    console.log(detail.code);
  }
}
