import { StateError } from '../../errors/windhover-error.ts';
import type { StateStore } from '../../store/state-store.ts';
import { JournalGroupReader } from './journal-group.ts';
import { boundsOf, sequenceOf } from './journal.ts';
import type { JournalSetup, JournalStep } from './journal-step.ts';

/** Steps in their order. What was dropped is known: the first step is then not the opening of a scope that began. */
export async function* readJournal(store: StateStore, scope: string): AsyncGenerator<JournalStep> {
  const reader = new JournalGroupReader();
  let expected: number | undefined;
  for await (const { key, value } of store.range(...boundsOf(scope))) {
    const sequence = sequenceOf(key);
    if (expected !== undefined && sequence !== expected) throw broken(scope);
    const { setup, steps } = reader.read(value);
    if (expected === undefined && steps[0]?.kind !== 'open') {
      // The opening was dropped; a segment says how the scope was set up.
      if (setup === undefined) throw broken(scope);
      yield { kind: 'open', clock: steps[0]?.clock ?? 0, setup: { ...setup, resumed: true } };
    }
    yield* steps;
    expected = sequence + 1;
  }
}

/** What the whole of a journal says. */
export interface JournalExtent {
  /** As the scope was set up last. */
  readonly setup: JournalSetup;
  /** It begins with the beginning of the scope, so that nothing before it is missing. */
  readonly isWhole: boolean;
  /** Wall clock of the first and the last step, ms. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly epochs: number;
}

export async function journalExtent(steps: AsyncIterable<JournalStep>): Promise<JournalExtent | undefined> {
  let setup: JournalSetup | undefined;
  let isWhole = false;
  let fromMs = 0;
  let toMs = 0;
  let epochs = 0;
  for await (const step of steps) {
    if (step.kind === 'open') {
      if (setup === undefined) {
        isWhole = !step.setup.resumed;
        fromMs = step.clock;
      }
      setup = step.setup;
    }
    if (step.kind === 'epoch') epochs++;
    toMs = step.clock;
  }
  return setup && { setup, isWhole, fromMs, toMs, epochs };
}

function broken(scope: string): StateError {
  return new StateError('journal-broken', `The journal of ${scope} has a hole`, {
    hint: 'It cannot be replayed; what follows is written whole again by the next run.',
  });
}
