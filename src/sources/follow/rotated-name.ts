/**
 * Whether a file is what programs that rotate logs make of `base`: `app.log` → `app.log.1`, `app.log-20261126.gz`,
 * `app.log.old`, `app.log.gz`, `app-2026-11-26.log`, `app.1.log`. Names without a number or date (`app-debug.log`) are
 * other files.
 */
export function isRotatedName(base: string, name: string): boolean {
  if (name === base) return false;
  const plain = name.endsWith('.gz') ? name.slice(0, -3) : name;
  if (plain === base) return true;
  if (plain.startsWith(base)) {
    const rest = plain.slice(base.length);
    if (rest === '.old' || rest === '.bak' || NUMBERED.test(rest)) return true;
  }
  const dot = base.lastIndexOf('.');
  if (dot <= 0) return false;
  const [stem, extension] = [base.slice(0, dot), base.slice(dot)];
  if (!plain.startsWith(stem) || !plain.endsWith(extension)) return false;
  return plain.length > base.length && NUMBERED.test(plain.slice(stem.length, plain.length - extension.length));
}

const NUMBERED = /^[._-]\d[\dTZ._-]*$/u;

/** The number that a rotated name ends in, for files of one time: the greater is the older one. */
export function rotationNumber(name: string): number {
  const match = /\.(\d{1,6})(?:\.gz)?$/u.exec(name);
  return match === null ? 0 : Number(match[1]);
}
