import { StateError } from '../errors/windhover-error.ts';

export function stateLocked(dir: string, cause: unknown): StateError {
  return new StateError('state-locked', `The state in ${dir} is in use by another run.`, {
    hint: 'End the other run, or name another folder with --state.',
    retriable: true,
    cause,
  });
}
