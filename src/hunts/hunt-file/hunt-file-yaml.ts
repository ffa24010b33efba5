import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Alias,
  type Document,
  type Node,
  type Pair,
  type Scalar,
} from 'yaml';
import type { Diagnostic, TextRange } from '../../language/diagnostic.ts';
import { LineIndex } from '../../language/line-index.ts';
import { MAX_YAML_DEPTH, MAX_YAML_VALUES, yamlExcess } from './yaml-excess.ts';

/** Bounds of a hunt file; in values what an alias stands for counts each time it is used. */
export const MAX_HUNT_FILE_CHARACTERS = 4 * 1024 * 1024;
export const MAX_HUNT_FILE_PROBLEMS = 50;

export type YamlPath = readonly (string | number)[];

/** Plain data of a YAML text, with the place of every value and key. */
export interface YamlText {
  readonly value: unknown;
  readonly diagnostics: readonly Diagnostic[];
  readonly lines: LineIndex;
  /** Place of the value at `path`, or of the nearest one around it. */
  rangeOf(path: YamlPath): TextRange;
  /** Place of the key that leads to `path`. */
  keyRangeOf(path: YamlPath): TextRange;
  /** The scalar at `path`, with its style and source. */
  scalarAt(path: YamlPath): Scalar.Parsed | undefined;
  /** Every path whose value changes with what is written at `path`, itself first: aliases make one text serve several. */
  sharedPaths(path: YamlPath): readonly YamlPath[];
}

/** Reads one YAML 1.2 document (core schema: no dates, no tags). Never throws for what the text holds. */
export function readHuntYaml(text: string): YamlText {
  return new YamlReader(text);
}

interface Place {
  readonly value: TextRange;
  readonly key: TextRange;
  /** As it stands there: an alias, or what is meant itself. */
  readonly written: Node | null;
  /** What is meant. */
  readonly node: Node | null;
}

class YamlReader implements YamlText {
  readonly value: unknown;
  readonly lines: LineIndex;
  readonly #diagnostics: Diagnostic[] = [];
  readonly #places = new Map<string, Place>();
  readonly #whole: TextRange;
  #nodes = 0;
  /** Nodes that are being read: an alias to one of them would never end. */
  readonly #open = new Set<Node>();

  constructor(text: string) {
    const tooLarge = text.length > MAX_HUNT_FILE_CHARACTERS;
    const kept = tooLarge ? '' : text;
    this.lines = new LineIndex(kept);
    this.#whole = this.lines.range(0, 0);
    if (tooLarge) {
      const limit = MAX_HUNT_FILE_CHARACTERS;
      this.#report('hunt-file-too-large', this.#whole, `A hunt file has at most ${limit} characters.`);
      return;
    }
    const excess = yamlExcess(kept);
    if (excess !== undefined) {
      this.#report('hunt-file-too-large', this.lines.range(excess.offset, excess.offset), excess.message);
      return;
    }
    const document = parseDocument(kept, {
      lineCounter: new LineCounter(),
      keepSourceTokens: true,
      // Looked for below: the parser compares each key with every other one.
      uniqueKeys: false,
      version: '1.2',
      schema: 'core',
      prettyErrors: false,
      stringKeys: true,
    });
    for (const problem of [...document.errors, ...document.warnings]) {
      const [start, end] = problem.pos;
      this.#report('hunt-yaml', this.lines.range(start, end), `This is not YAML: ${problem.message}.`);
    }
    if (document.errors.length > 0) return;
    const targets = aliasTargets(document);
    this.value = this.#read(document.contents, [], undefined, (node) =>
      isAlias(node) ? (targets.get(node) ?? null) : node,
    );
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  rangeOf(path: YamlPath): TextRange {
    return this.#place(path)?.value ?? this.#whole;
  }

  keyRangeOf(path: YamlPath): TextRange {
    return this.#place(path)?.key ?? this.#whole;
  }

  scalarAt(path: YamlPath): Scalar.Parsed | undefined {
    const node = this.#places.get(pathKey(path))?.node;
    return node && isScalar(node) ? (node as Scalar.Parsed) : undefined;
  }

  sharedPaths(path: YamlPath): readonly YamlPath[] {
    const own = pathKey(path);
    const written = this.#places.get(own)?.written;
    if (!written) return [path];
    const others = [...this.#places].filter(
      ([key, place]) => key !== own && (place.written === written || place.node === written),
    );
    return [path, ...others.map(([key]) => JSON.parse(key) as YamlPath)];
  }

  #place(path: YamlPath): Place | undefined {
    for (let length = path.length; length >= 0; length--) {
      const place = this.#places.get(pathKey(path.slice(0, length)));
      if (place) return place;
    }
    return undefined;
  }

  #read(written: Node | null, path: YamlPath, key: Node | undefined, resolve: (node: Node) => Node | null): unknown {
    const place = this.#rangeOfNode(written ?? key ?? null);
    const node = written && resolve(written);
    this.#places.set(pathKey(path), { value: place, key: key ? this.#rangeOfNode(key) : place, written, node });
    if (++this.#nodes > MAX_YAML_VALUES || path.length > MAX_YAML_DEPTH || (node !== null && this.#open.has(node))) {
      const message =
        'The file is nested too deeply or holds too many values (what an alias stands for counts each time).';
      if (!this.#diagnostics.some((known) => known.code === 'hunt-file-too-large')) {
        this.#report('hunt-file-too-large', place, message);
      }
      return null;
    }
    if (node === null || isScalar(node)) return this.#finite(node, place);
    this.#open.add(node);
    try {
      if (isSeq<Node>(node)) return node.items.map((item, i) => this.#read(item, [...path, i], undefined, resolve));
      if (isMap<Node, Node>(node)) {
        const pairs = node.items as Pair<Node, Node | null>[];
        const names = new Set<string>();
        return Object.fromEntries(
          pairs.map((pair) => {
            const name = isScalar(pair.key) ? String(pair.key.value) : '';
            if (names.has(name)) {
              this.#report('hunt-yaml', this.#rangeOfNode(pair.key), 'This key stands twice in the same place.');
            }
            if (name === '__proto__') {
              // What reads the data leaves this key out, without a word.
              this.#report('hunt-yaml', this.#rangeOfNode(pair.key), 'Nothing can be called __proto__.');
            }
            names.add(name);
            return [name, this.#read(pair.value, [...path, name], pair.key, resolve)];
          }),
        );
      }
      return null;
    } finally {
      this.#open.delete(node);
    }
  }

  /** What a scalar holds; numbers beyond all bounds (`1e400`, `.inf`) are told here, and are 0 from then on. */
  #finite(scalar: Scalar | null, place: TextRange): unknown {
    const value = scalar?.value ?? null;
    if (typeof value !== 'number' || Number.isFinite(value)) return value;
    const written = (scalar?.source ?? String(value)).slice(0, 40);
    this.#report(
      'hunt-value',
      place,
      `${written} is no number that a record can hold; write fewer digits, or quote it.`,
    );
    return 0;
  }

  #rangeOfNode(node: Node | null): TextRange {
    if (!node?.range) return this.#whole;
    return this.lines.range(node.range[0], node.range[1]);
  }

  #report(code: string, range: TextRange, message: string): void {
    if (this.#diagnostics.length < MAX_HUNT_FILE_PROBLEMS)
      this.#diagnostics.push({ code, severity: 'error', range, message });
  }
}

/** What each alias stands for: the last anchor of its name before it. The library would walk the file for each. */
function aliasTargets(document: Document): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Alias: (_, alias) => {
      const target = anchors.get(alias.source);
      if (target !== undefined) targets.set(alias, target);
    },
    Value: (_, node) => {
      if (node.anchor !== undefined) anchors.set(node.anchor, node as Node);
    },
  });
  return targets;
}

function pathKey(path: YamlPath): string {
  return JSON.stringify(path);
}
