/**
 * The one error tree. Everything that can go wrong for a reason outside the program is a `WindhoverError`;
 * a plain `Error` is a defect of ours.
 *
 * - `code`: stable, kebab-case, starts with the area (`state-locked`, `source-missing`); scripts may match on it.
 * - `hint`: what the reader can do about it, a full sentence.
 * - `retriable`: the same call may succeed later without a change on the user's side.
 * - `exitCode`: what the command line ends with (2 call or configuration, 3 source, sink or state).
 */
export class WindhoverError extends Error {
  readonly code: string;
  readonly hint: string;
  readonly retriable: boolean;
  readonly exitCode: 2 | 3;

  constructor(
    code: string,
    message: string,
    options: { hint: string; retriable?: boolean; exitCode?: 2 | 3; cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = options.hint;
    this.retriable = options.retriable ?? false;
    this.exitCode = options.exitCode ?? 3;
  }
}

/** The call or the configuration is wrong (exit 2). */
export class UsageError extends WindhoverError {
  constructor(code: string, message: string, hint: string, cause?: unknown) {
    super(code, message, { hint, exitCode: 2, cause });
  }
}

/** A source cannot be read (exit 3). */
export class SourceError extends WindhoverError {}

/** The state folder cannot be used (exit 3). */
export class StateError extends WindhoverError {}

/** A sink does not take what it is given (exit 3). */
export class SinkError extends WindhoverError {}
