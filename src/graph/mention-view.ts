/**
 * The shape of a mention: which attributes and references of an entity a kind of record speaks of in one slot, and with
 * which authority. Mentions of equal shape share one view, whatever record kind they come from: then the same process
 * seen by file, network and process records is recognised as "nothing new" by one fingerprint.
 */
export interface MentionView {
  readonly id: number;
  readonly type: string;
  readonly authority: 0 | 1;
  /** Attributes first, then single references; `indexOf` finds both. */
  readonly names: readonly string[];
  /** Index of the first reference in `names`. */
  readonly references: number;
  /** Names whose values differ in case only are one value. */
  readonly folded: readonly boolean[];
  /** Names that are unions over records. */
  readonly union: readonly boolean[];
  readonly indexOf: ReadonlyMap<string, number>;
}

export interface MentionShape {
  readonly type: string;
  readonly authority: 0 | 1;
  readonly attributes: readonly { readonly name: string; readonly folded: boolean; readonly union: boolean }[];
  readonly references: readonly string[];
}

/** Sensors have some hundred; who writes STIX bundles can make up attributes, and with them shapes, without end. */
export const MOST_SHAPES = 4096;

/** Interns shapes; ids are stable in one state folder, since the shapes seen are part of it. */
export class MentionViews {
  readonly #views: MentionView[] = [];
  readonly #bySignature = new Map<string, MentionView>();
  readonly #shapes: MentionShape[] = [];
  #exported = 0;

  get size(): number {
    return this.#views.length;
  }

  at(id: number): MentionView {
    const view = this.#views[id];
    if (view === undefined) throw new Error(`no mention view ${id}`);
    return view;
  }

  /** Undefined where it is a new one and there is no room for it. */
  intern(shape: MentionShape): MentionView | undefined {
    const signature = JSON.stringify(shape);
    const known = this.#bySignature.get(signature);
    if (known !== undefined || this.#views.length >= MOST_SHAPES) return known;
    return this.#add(shape, signature);
  }

  /** One of the few that everything fits into: there is always room for it. */
  internWhole(shape: MentionShape): MentionView {
    const signature = JSON.stringify(shape);
    return this.#bySignature.get(signature) ?? this.#add(shape, signature);
  }

  /** All shapes, where some are new since the last call; else nothing. */
  changed(): readonly MentionShape[] | undefined {
    if (this.#exported === this.#shapes.length) return undefined;
    this.#exported = this.#shapes.length;
    return this.#shapes;
  }

  restore(shapes: readonly MentionShape[]): void {
    for (const shape of shapes) this.internWhole(shape);
    this.#exported = this.#shapes.length;
  }

  #add(shape: MentionShape, signature: string): MentionView {
    const names = [...shape.attributes.map((attribute) => attribute.name), ...shape.references];
    const view: MentionView = {
      id: this.#views.length,
      type: shape.type,
      authority: shape.authority,
      names,
      references: shape.attributes.length,
      folded: names.map((_, i) => shape.attributes[i]?.folded ?? false),
      union: names.map((_, i) => shape.attributes[i]?.union ?? false),
      indexOf: new Map(names.map((name, i) => [name, i])),
    };
    this.#views.push(view);
    this.#shapes.push(shape);
    this.#bySignature.set(signature, view);
    return view;
  }
}
