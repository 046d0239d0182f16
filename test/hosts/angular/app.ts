import { Component, signal } from '@angular/core';
import { PasskeyLogin, PasskeyManager } from 'passkey-elements/angular';

@Component({
  selector: 'app-root',
  imports: [PasskeyLogin, PasskeyManager],
  template: `
    <button (click)="renders.set(renders() + 1)">Render again</button>
    <output>{{ renders() }}</output>
    <button (click)="open.set(!open())">{{ open() ? 'Close' : 'Open' }}</button>
    @if (method()) {
      <p>Signed in by {{ method() }}</p>
      <button (click)="signOut()">Sign out</button>
      <passkey-manager backend="rest" [strings]="{ managerTitle: 'Your keys' }" />
    } @else if (open()) {
      <passkey-login
        backend="rest"
        [strings]="{ signInTitle: 'Members’ entrance' }"
        (passkey-signed-in)="method.set($event.detail.method)"
      >
        <a slot="fallback" href="/password">Sign in with a password</a>
      </passkey-login>
    }
  `,
})
export class App {
  readonly renders = signal(0);
  readonly open = signal(true);
  readonly method = signal<string | undefined>(undefined);

  async signOut(): Promise<void> {
    await fetch('/sign-out', { method: 'POST' });
    this.method.set(undefined);
  }
}
