import { readFileSync } from 'node:fs';

/** What has a name, and words about it. */
export interface Named {
  readonly name: string;
  readonly description: string;
}

export interface Typed extends Named {
  readonly type?: { readonly text: string };
}

export interface Member extends Typed {
  readonly kind: 'field' | 'method';
  readonly static?: boolean;
  readonly attribute?: string;
  readonly default?: string;
  readonly parameters?: readonly { readonly name: string; readonly optional?: boolean }[];
  readonly return?: { readonly type: { readonly text: string } };
}

/** An element, as `custom-elements.json` describes it. */
export interface ElementDeclaration {
  readonly tagName: string;
  readonly description: string;
  /** Those that set a property name it. */
  readonly attributes: readonly (Typed & { readonly fieldName?: string })[];
  readonly members: readonly Member[];
  readonly events: readonly Typed[];
  readonly slots: readonly Named[];
  readonly cssParts: readonly Named[];
  readonly cssProperties: readonly (Named & { readonly default: string })[];
  readonly cssStates: readonly Named[];
}

/** Both elements. */
export function readElements(): readonly ElementDeclaration[] {
  const file = new URL('../custom-elements.json', import.meta.url);
  const { modules } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly modules: readonly { readonly declarations: readonly ElementDeclaration[] }[];
  };
  return modules.flatMap(({ declarations }) => declarations).filter(({ tagName }) => tagName);
}
