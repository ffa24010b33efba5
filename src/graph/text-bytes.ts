/**
 * A text as bytes, to be looked up or stored: one byte a UTF-16 unit where all of them are below 256, else two, the low one
 * first. Nothing is lost, not even half a surrogate pair. One of these is used again for text after text.
 */
export class TextBytes {
  bytes = Buffer.allocUnsafeSlow(256);
  /** How many of the bytes are the text's. */
  size = 0;
  wide = false;

  set(text: string): this {
    if (2 * text.length > this.bytes.length) this.bytes = Buffer.allocUnsafeSlow(4 * text.length);
    this.wide = false;
    this.size = text.length;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0xff) {
        this.wide = true;
        this.size = this.bytes.write(text, 'utf16le');
        return this;
      }
      this.bytes[i] = unit;
    }
    return this;
  }
}
