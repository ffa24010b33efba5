import { SinkError } from '../errors/windhover-error.ts';

/** What every sink answers to writes after `close`. */
export function sinkClosed(name: string): SinkError {
  return new SinkError('sink-closed', `${name} is closed.`, {
    hint: 'Open the sink again; a closed one takes nothing.',
  });
}
