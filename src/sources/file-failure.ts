import { SourceError } from '../errors/windhover-error.ts';

const KNOWN: Readonly<Record<string, { readonly code: string; readonly what: string; readonly hint: string }>> = {
  ENOENT: {
    code: 'source-missing',
    what: 'does not exist',
    hint: 'Check the path; it is relative to the working folder.',
  },
  ENOTDIR: { code: 'source-missing', what: 'does not exist', hint: 'A part of the path is a file, not a folder.' },
  EACCES: {
    code: 'source-denied',
    what: 'may not be read',
    hint: 'Check the permissions of the file and its folders.',
  },
  EPERM: { code: 'source-denied', what: 'may not be read', hint: 'Check the permissions of the file and its folders.' },
  EISDIR: { code: 'source-is-folder', what: 'is a folder', hint: 'Name a file in it, or the folder with file:PATH.' },
  ELOOP: {
    code: 'source-missing',
    what: 'is a link that leads nowhere',
    hint: 'Check where the symbolic link points.',
  },
  EMFILE: {
    code: 'source-busy',
    what: 'cannot be opened, too many files are open',
    hint: 'Raise the limit of open files (ulimit -n), or name fewer files.',
  },
};

/** A pipe cannot be read at a position, which is how files are gone on with. */
export function pipeFailure(place: string): SourceError {
  return new SourceError('source-is-pipe', `${place} is a pipe`, {
    hint: 'Give it as standard input: --source - < PIPE.',
  });
}

/** A failure of the file system as the `SourceError` that tells what to do. */
export function fileFailure(place: string, cause: unknown): SourceError {
  if (cause instanceof SourceError) return cause;
  const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const known = Object.hasOwn(KNOWN, errno) ? KNOWN[errno] : undefined;
  if (known !== undefined) {
    return new SourceError(known.code, `${place} ${known.what}`, {
      hint: known.hint,
      retriable: errno === 'EMFILE',
      cause,
    });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SourceError('source-unreadable', `${place} cannot be read: ${reason}`, {
    hint: 'The operating system gave this reason; try to read the file with another program.',
    retriable: true,
    cause,
  });
}
