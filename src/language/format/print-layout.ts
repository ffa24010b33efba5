import type { LayoutDocument } from './layout-document.ts';

/** The lines of a document, not indented by more than the document itself says. A longer word stays whole. */
export function printLayout(document: LayoutDocument, width: number): readonly string[] {
  const printer = new LayoutPrinter(width);
  printer.print(document, 0, false);
  return printer.lines();
}

/** After a comment the next word begins a line, wherever it stands. */
const OWN_INDENT = -1;

class LayoutPrinter {
  readonly #width: number;
  readonly #lines: string[] = [];
  #line = '';
  /** Indent of the line that the next word begins; undefined: it goes on in this one. */
  #break: number | undefined;
  #blank = false;

  constructor(width: number) {
    this.#width = width;
  }

  lines(): readonly string[] {
    return [...this.#lines, this.#line];
  }

  print(document: LayoutDocument, indent: number, flat: boolean): void {
    switch (document.kind) {
      case 'word':
        this.#word(document, indent);
        return;
      case 'blank':
        this.#blank = true;
        return;
      case 'line':
        if (flat) this.#blank = true;
        else this.#break = indent;
        return;
      case 'sequence':
        for (const part of document.parts) this.print(part, indent, flat);
        return;
      case 'group':
        this.print(document.content, indent, flat || this.#fits(document, indent));
        return;
      case 'align':
        this.print(document.content, this.#column(indent), flat);
        return;
      case 'nest':
        this.print(document.content, indent + document.columns, flat);
        return;
      case 'fill':
        for (const [index, item] of document.items.entries()) {
          this.#blank ||= index > 0;
          if (index > 0 && !flat && !this.#fits(item, indent)) this.#break ??= indent;
          this.print(item, indent, flat);
        }
    }
  }

  #fits(document: LayoutDocument, indent: number): boolean {
    return !document.breaks && this.#column(indent) + document.width <= this.#width;
  }

  /** Where the next word will stand. */
  #column(indent: number): number {
    if (this.#break !== undefined) return this.#break === OWN_INDENT ? indent : this.#break;
    return this.#line.length + (this.#blank ? 1 : 0);
  }

  #word({ text, above, behind }: LayoutDocument & { kind: 'word' }, indent: number): void {
    for (const comment of above) {
      if (this.#line !== '') this.#break ??= OWN_INDENT;
      const at = this.#column(indent);
      this.#write(comment, indent);
      this.#break = at;
    }
    this.#write(text, indent);
    if (behind === undefined) return;
    this.#line += ` ${behind}`;
    this.#break = OWN_INDENT;
  }

  #write(text: string, indent: number): void {
    if (this.#break !== undefined) {
      this.#lines.push(this.#line);
      this.#line = ' '.repeat(this.#column(indent));
    } else if (this.#blank) {
      this.#line += ' ';
    }
    this.#line += text;
    this.#break = undefined;
    this.#blank = false;
  }
}
