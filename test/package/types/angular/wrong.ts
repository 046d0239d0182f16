import { Component } from '@angular/core';
import { PasskeyLogin, PasskeyManager } from 'passkey-elements/angular';

@Component({
  selector: 'app-wrong',
  imports: [PasskeyLogin, PasskeyManager],
  template: `
    <passkey-login backend="soap" />
    <passkey-login theme="pink" />
    <passkey-login noAutofill="yes" />
    <passkey-login [identifier]="7" />
    <passkey-login [keepLast]="true" />
    <passkey-login (passkey-signed-in)="tell($event.detail.code)" />
    <passkey-login #login (passkey-ready)="login.remember()" />
    <passkey-manager [strings]="{ adding: 'New' }" />
    <passkey-manager otherMethods="two" />
    <passkey-button />
  `,
})
export class Wrong {
  tell(word: string): void {
    console.log(word);
  }
}
