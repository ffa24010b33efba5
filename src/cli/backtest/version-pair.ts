import type { Responsible } from '../../backtest/compare-versions.ts';
import { ResponsibleStatement, type HuntVersion } from '../../backtest/responsible-statement.ts';
import { ResponsibleTrail } from '../../backtest/responsible-trail.ts';
import { formatInstant } from '../../catalogue/instant.ts';
import type { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';
import { membershipOrigin } from '../../dataflow/membership-origin.ts';
import type { CompiledHunt } from '../../hunts/compile-hunt.ts';
import type { ScopeView } from '../../hunts/run/scope-view.ts';
import type { NodeIndex } from '../../plan/hunt-plan.ts';
import { statementTexts } from '../statement-tree.ts';

interface Version {
  readonly hunt: CompiledHunt;
  readonly dataflow: HuntDataflow;
  /** Of the file that its huntflow stands in. */
  readonly text: string;
}

interface Side {
  readonly reasons: ResponsibleStatement;
  /** Where rows come and go. */
  readonly trail: ResponsibleTrail | undefined;
  readonly statementOf: (variable: string) => { readonly statement?: number; readonly line?: number };
}

/** Two versions of a hunt over one graph, asked what they part over. */
export class VersionPair {
  readonly #sides: Readonly<Record<'new' | 'old', Side>>;

  /** `forgets`: a retention takes rows away. */
  constructor(graph: ScopeView['graph'], now: Version, before: Version, forgets: boolean) {
    const comesAndGoes = forgets || hasLast(now.hunt) || hasLast(before.hunt);
    const versionOf = ({ hunt, dataflow, text }: Version, version: 'new' | 'old'): HuntVersion => {
      return { version, dataflow, lineOf: linesOf(hunt, text) };
    };
    const versions = { new: versionOf(now, 'new'), old: versionOf(before, 'old') };
    const side = (holder: Version, version: 'new' | 'old'): Side => {
      const { lineOf } = versions[version];
      const reasons = new ResponsibleStatement(versions[version], versions[version === 'new' ? 'old' : 'new']);
      const alerted = new Set(holder.hunt.alerts.map(({ alert }) => alert.on));
      const episodeOf = (node: NodeIndex, handle: number): string => {
        const episode = membershipOrigin(holder.dataflow, graph, node, handle)?.episode;
        return episode === undefined ? '0' : formatInstant(episode);
      };
      const trail = comesAndGoes ? new ResponsibleTrail(holder.dataflow, alerted, reasons, episodeOf) : undefined;
      return { reasons, trail, statementOf: (variable) => statementOf(holder.hunt, variable, lineOf) };
    };
    this.#sides = { new: side(now, 'new'), old: side(before, 'old') };
  }

  /** An epoch is done. */
  settle(): void {
    const { new: now, old: before } = this.#sides;
    const [left, leftBefore] = [now.trail?.settle() ?? [], before.trail?.settle() ?? []];
    for (const row of left) before.trail?.heldOn(row);
    for (const row of leftBefore) now.trail?.heldOn(row);
  }

  /** Once the input has ended. `key`: as the tally makes it; `both`: of an alert that was kept. */
  responsible(key: string, holder: 'new' | 'old' | 'both'): Responsible {
    const [variable, , rowKey, episode] = JSON.parse(key) as [string, string, string, string];
    if (holder === 'both') return this.#kept(variable);
    const { reasons, trail } = this.#sides[holder];
    const then = trail?.of(variable, rowKey, episode);
    if (then !== undefined) return then;
    const now = reasons.ofRow(variable, rowKey);
    if (now?.kind === 'statement') return now;
    // Both held it, and not at the same times: it is another alert in each.
    const other = this.#sides[holder === 'new' ? 'old' : 'new'].trail;
    const parted = other?.latest(variable, rowKey) ?? trail?.latest(variable, rowKey);
    if (parted !== undefined) {
      return { ...parted, message: `both versions held it in ${variable}, at other times: ${parted.message}` };
    }
    if (now !== undefined) return now;
    const why =
      trail?.isFull === true
        ? 'time has let go of it, and there were too many such rows to remember'
        : `${variable} does not hold it any more at the end of the input, and what made the versions part came and went within one batch`;
    return { kind: 'unknown', message: `not known: ${why}` };
  }

  #kept(variable: string): Responsible {
    const { new: now, old: before } = this.#sides;
    const told = now.statementOf(variable);
    const then = before.statementOf(variable).statement;
    const older = then === told.statement ? '' : `, statement ${then ?? 'none'} of the older version`;
    return {
      kind: 'both',
      variable,
      ...told,
      message: `both versions hold it in ${variable} (statement ${told.statement ?? 'none'}${older})`,
    };
  }
}

function statementOf(
  { plan }: CompiledHunt,
  variable: string,
  lineOf: (statement: number) => number | undefined,
): { readonly statement?: number; readonly line?: number } {
  const listing = plan.variables.find(({ name }) => name === variable)?.listing;
  const statement = plan.nodes[listing?.node ?? -1]?.statement;
  if (statement === undefined) return {};
  const line = lineOf(statement);
  return { statement: statement + 1, ...(line === undefined ? {} : { line }) };
}

function hasLast({ plan }: CompiledHunt): boolean {
  return plan.nodes.some((node) => node.op === 'get' && node.timespan?.kind === 'last');
}

/** Lines of the statements of a hunt (from 0) in its file; looked up when the first is asked for. */
function linesOf(hunt: CompiledHunt, text: string): (statement: number) => number | undefined {
  let texts: ReturnType<typeof statementTexts> | undefined;
  return (statement) => (texts ??= statementTexts(hunt, text))[statement]?.line;
}
