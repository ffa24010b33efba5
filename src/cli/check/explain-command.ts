import type { Command } from 'commander';
import { explainPlan } from '../../plan/explain-plan.ts';
import { explainLeftOut } from './explain-left-out.ts';
import { renderExplanation } from './render-explanation.ts';
import { demandOf } from '../../hunts/demand-of.ts';
import { formatOption } from '../format-option.ts';
import { huntFilesOf } from '../hunt-files-of.ts';
import { loadHunt } from '../load-hunts.ts';
import type { CommandContext } from '../command-context.ts';
import { reportDiagnostics } from '../report-diagnostics.ts';
import { confined } from '../config/read-config.ts';
import { write } from '../terminal-io.ts';

export function addExplainCommand(program: Command, context: CommandContext): void {
  program
    .command('explain')
    .description('the plan of a hunt: operators, push-down, indexes, state, what is taken back')
    .argument('<file>', 'a huntflow (.hf) or a hunt file (.hunt.yaml)')
    .addOption(formatOption(['text', 'json']))
    .addHelpText(
      'after',
      `
Example:
  windhover explain hunts/node-exploit-shell.hunt.yaml

Exit codes: 0 done; 1 the hunt has errors; 2 the call is wrong`,
    )
    .action(async (argument: string, { format }: { format: 'text' | 'json' }) => {
      const io = await confined(context.io, undefined);
      for (const file of await huntFilesOf([argument], io.cwd)) {
        const loaded = await loadHunt(file, io);
        if (loaded.diagnostics.length > 0) await reportDiagnostics(loaded, loaded.diagnostics, io);
        if (loaded.hunt === undefined) {
          context.exit(1);
          continue;
        }
        const demand = demandOf([loaded.hunt], { rowsOf: () => false, countRecords: false });
        const explanation = { ...explainPlan(loaded.hunt.plan, demand), leftOut: explainLeftOut(loaded.hunt, demand) };
        await write(
          io.stdout,
          format === 'json'
            ? `${JSON.stringify({ hunt: loaded.id, file, ...explanation }, null, 2)}\n`
            : renderExplanation(loaded.id, explanation),
        );
      }
    });
}
