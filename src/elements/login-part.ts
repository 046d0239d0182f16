import type { TemplateResult } from 'lit';
import type { FlowState } from '../core/flow.js';
import type { Message } from './parts/message.js';

/** In the language of the moment. */
export type Words = () => string;

/** A way through the login with screens of its own. */
export interface LoginPart {
  render(): TemplateResult;
  /** What to say of a state, where this way knows better words. */
  messageOf?(state: FlowState): Message | undefined;
  /** Another screen takes over; the flow's state is still the one of this. */
  left?(): void;
}
