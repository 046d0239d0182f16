import {
  Directive,
  ElementRef,
  inject,
  Input,
  type OnChanges,
  type SimpleChanges,
} from '@angular/core';
import { defineElement } from '../elements/define-element.js';
import { PasskeyLogin as LoginElement } from '../elements/passkey-login.js';
import { PasskeyManager as ManagerElement } from '../elements/passkey-manager.js';
import type { Properties } from './members.js';

type Login = Properties<'passkey-login'>;
type Manager = Properties<'passkey-manager'>;

/** The inputs of both elements. Events need no outputs: Angular hears and types those of a tag by itself. */
@Directive()
export abstract class PasskeyInputs implements OnChanges {
  @Input() clientId?: Login['clientId'];
  @Input() backend?: Login['backend'];
  @Input() baseUrl?: Login['baseUrl'];
  @Input() credentials?: Login['credentials'];
  @Input() theme?: Login['theme'];
  @Input() accessToken?: Login['accessToken'];
  @Input() receiveTokens?: Login['receiveTokens'];
  @Input() requestHeaders?: Login['requestHeaders'];
  @Input() strings?: Login['strings'];

  readonly #element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;

  ngOnChanges(changes: SimpleChanges): void {
    for (const [name, { currentValue }] of Object.entries(changes)) {
      Object.assign(this.#element, { [name]: currentValue as unknown });
    }
  }
}

/** `<passkey-login>` for the `imports` of a component; registers the tag when it is first shown. */
@Directive({ selector: 'passkey-login' })
export class PasskeyLogin extends PasskeyInputs {
  @Input() identifier?: Login['identifier'];
  @Input({ transform: toSwitch }) noAutofill?: Login['noAutofill'];
  @Input() handOff?: Login['handOff'];
  @Input({ transform: toSwitch }) lookUp?: Login['lookUp'];
  @Input() successUrl?: Login['successUrl'];
  @Input({ transform: toSwitch }) rememberSkip?: Login['rememberSkip'];
  @Input() for?: Login['for'];

  constructor() {
    super();
    defineElement('passkey-login', LoginElement);
  }
}

/** `<passkey-manager>` for the `imports` of a component. */
@Directive({ selector: 'passkey-manager' })
export class PasskeyManager extends PasskeyInputs {
  @Input({ transform: toSwitch }) keepLast?: Manager['keepLast'];
  @Input() open?: Manager['open'];
  @Input({ transform: toCount }) otherMethods?: Manager['otherMethods'];
  @Input() providerIcon?: Manager['providerIcon'];

  constructor() {
    super();
    defineElement('passkey-manager', ManagerElement);
  }
}

/** A switch that is written without a value is on. */
function toSwitch(value: boolean | '' | undefined): boolean {
  return value === '' || Boolean(value);
}

/** A number that is written without brackets is text; the `async` pipe begins with `null`. */
function toCount(value: number | `${number}` | null | undefined): number | undefined {
  return value == null ? undefined : Number(value);
}
